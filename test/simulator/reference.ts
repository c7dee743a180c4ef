import type { CloudEvent } from '../../src/model/cloud-event.ts';
import type { TriggerDefinition } from '../../src/model/documents.ts';
import { subjectMatches } from '../../src/triggers/index.ts';
import { eventsOf, type FinalRun } from './outcome.ts';

/** What a trigger must have come to, given which events its run took, in whatever order. */
export interface Expected {
  readonly trigger: string;
  readonly firings: number;
  /** Its `context.count` at the end, where that does not depend on the order. */
  readonly count?: number;
  /** Each firing calls a function. */
  readonly records: boolean;
}

/**
 * The reference interpreter: says from sets of events, without order, time or state, what the order-independent triggers of
 * a run must have done. Triggers it cannot speak of (a sequence, a window) are left out.
 */
export function expectedOf(run: FinalRun): Expected[] {
  if (run.state.ended || run.state.status === 'PAUSED' || run.workflow.runMode === 'started') return [];
  const events = eventsOf(run);
  const expected: Expected[] = [];
  for (const { definition } of run.workflow.triggers.values()) {
    if (!isSimple(definition)) continue;
    const own = events.filter((event) => definition.activationEvents.some((each) => meets(each, event)));
    const result = firingsOf(definition, own);
    const actions = Array.isArray(definition.actions) ? definition.actions : [];
    const records = actions.some(({ type }) => type === 'function');
    if (result !== undefined) expected.push({ trigger: definition.id, records, ...result });
  }
  return expected;
}

/** Nothing turns it on or off, and no filter or source narrows what it sees. */
function isSimple({ enabled, transient, id, activationEvents }: TriggerDefinition): boolean {
  return (
    enabled !== false &&
    transient !== true &&
    id.startsWith('ref-') &&
    activationEvents.every(({ filter, source }) => filter === undefined && source === undefined)
  );
}

function meets({ type, subject }: { type: string; subject?: string }, event: CloudEvent): boolean {
  return event.type === type && subjectMatches(subject, event.subject);
}

function firingsOf(
  { condition }: TriggerDefinition,
  events: readonly CloudEvent[],
): { firings: number; count?: number } | undefined {
  switch (condition.type) {
    case 'always':
      return { firings: events.length };
    case 'counter': {
      const { threshold, every, reset } = condition;
      if (typeof threshold !== 'number') return undefined;
      const multiples = Math.floor(events.length / threshold);
      if (reset === 'on-fire') return { firings: multiples, count: events.length % threshold };
      if (every) return { firings: multiples, count: events.length };
      return { firings: Math.min(1, multiples), count: Math.min(events.length, threshold) };
    }
    case 'join': {
      const { expected, expectedFrom, by } = condition;
      const told = events.filter(({ type }) => type === expectedFrom?.type);
      const members = new Set(events.filter(({ type }) => type !== expectedFrom?.type).map(keyOf(by)));
      const wanted = Array.isArray(expected)
        ? new Set(expected).size
        : typeof expected === 'number'
          ? expected
          : (told[0]?.data as { n: number } | undefined)?.n;
      const counted = Array.isArray(expected)
        ? [...members].filter((key) => expected.includes(key as string)).length
        : members.size;
      return { firings: wanted !== undefined && counted >= wanted ? 1 : 0 };
    }
    case 'any': {
      const { count = 1, of, by } = condition;
      const members = new Set(events.map(keyOf(by)));
      const counted = [...members].filter((key) => of === undefined || of.includes(key as string)).length;
      return { firings: counted >= count ? 1 : 0 };
    }
    default:
      return undefined;
  }
}

function keyOf(by: string | undefined): (event: CloudEvent) => unknown {
  if (by === 'index') return ({ data }) => (data as { index: number }).index;
  if (by !== undefined && by !== 'subject') return ({ data }) => (data as { key: string }).key;
  return ({ subject }) => subject;
}
