import { COMMANDS } from '../../../src/engine/index.ts';
import type { TriggerDefinition } from '../../../src/model/documents.ts';
import { MatchIndex } from '../../../src/triggers/index.ts';
import { eventsOf, type FinalRun, type Outcome } from '../outcome.ts';
import { replayOf } from '../replay.ts';
import { eventIn } from './p1-nothing-lost.ts';

/** An input that no trigger wanted waits in the run, or became a dead letter; none waits that a trigger wants now. */
export function* earlyEventsAreKept(outcome: Outcome): Generator<string> {
  for (const run of outcome.runs.values()) {
    if (run.state.ended || run.state.status === 'PAUSED') continue;
    const waiting = new Set((run.state.early ?? []).map(({ event }) => event.id));
    const put = new Set(outcome.deadLetters.map((letter) => eventIn(letter)?.id));
    const index = new MatchIndex<string>();
    for (const { id, enabled, activationEvents } of run.state.triggerDefinitions(
      run.workflow.triggers.values(),
    )) {
      if (enabled === false) continue;
      for (const each of activationEvents) index.add(each, id, undefined, true);
    }
    for (const { event } of run.state.early ?? []) {
      const found: string[] = [];
      index.match(event, found);
      if (found.length > 0) yield `event ${event.id} of ${run.key} waits though trigger ${found[0]} wants it`;
    }
    // An adopted version may have left out the triggers that took them.
    if (run.history.some((entry) => entry.kind === 'command' && entry.event.type === COMMANDS.adopt))
      continue;
    // Delivered more often than it came in and kept means tried again; at the last try somebody must have taken it.
    const anybody = new MatchIndex<string>();
    for (const id of triggersEver(run))
      for (const each of id.activationEvents) anybody.add(each, id.id, undefined, true);
    for (const event of eventsOf(run)) {
      const found: string[] = [];
      anybody.match(event, found);
      if (found.length === 0 && !waiting.has(event.id) && !put.has(event.id)) {
        yield `event ${event.id} of ${run.key} found no trigger and was not kept`;
      }
    }
    for (const line of untaken(run, waiting, put)) yield line;
  }
}

function triggersEver(run: FinalRun) {
  const added = run.history.flatMap((entry) => {
    const data = entry.kind === 'command' ? (entry.event.data as { trigger?: TriggerDefinition }) : undefined;
    return data?.trigger === undefined ? [] : [data.trigger];
  });
  return [...[...run.workflow.triggers.values()].map(({ definition }) => definition), ...added];
}

/** Workflows that name a trigger "once" remove it by firing: each event beyond must wait for the next. */
function* untaken(
  run: FinalRun,
  waiting: ReadonlySet<string>,
  put: ReadonlySet<string | undefined>,
): Generator<string> {
  const single = eventsOf(run).filter(({ type }) => type === 'once');
  if (single.length === 0) return;
  const taken = new Set(
    replayOf(run).effects.flatMap(
      ({ request }) => (request as { input?: { event?: string } }).input?.event ?? [],
    ),
  );
  for (const { id } of single) {
    if (!waiting.has(id) && !put.has(id) && !taken.has(id))
      yield `event ${id} of ${run.key} was taken by no trigger and is gone`;
    if (waiting.has(id) && taken.has(id)) yield `event ${id} of ${run.key} was taken and waits all the same`;
  }
}
