import type { CloudEvent } from '../model/cloud-event.ts';
import { MatchIndex } from '../triggers/index.ts';
import { addToIndex, type CompiledTrigger } from './compiled-trigger.ts';
import type { EarlyEvent } from './run-state.ts';
import type { Step } from './step.ts';

const EXPIRY = 'y';

/** Keeps an event that no trigger wants yet; beyond the bound it becomes a dead letter. */
export function keepEarly(step: Step, event: CloudEvent): void {
  const { run } = step;
  const { earlyEvents, earlyTtlMs } = step.workflow.limits;
  run.early ??= [];
  if (run.early.length >= earlyEvents) {
    step.deadLetter(
      'EARLY_BUFFER_OVERFLOW',
      `${earlyEvents} events of the run wait already for a trigger`,
      event,
    );
    return;
  }
  const entry: EarlyEvent = { event, at: step.now, sequence: ++run.sequence };
  run.early.push(entry);
  run.countsDirty = true;
  run.markCell(`b${entry.sequence}`, entry);
  if (run.early.length === 1) arm(step, entry.at + earlyTtlMs);
}

function arm(step: Step, at: number): void {
  step.setTimer({ id: EXPIRY, at, scope: '', kind: 'early-expiry' });
}

/** Drops what has waited its time, and sets the timer for the next. */
export function expireEarly(step: Step): void {
  const { run } = step;
  const { earlyTtlMs } = step.workflow.limits;
  take(step, ({ at, event }) => {
    if (at + earlyTtlMs > step.now) return false;
    step.deadLetter('EARLY_EVENT_EXPIRED', `no trigger asked for the event within ${earlyTtlMs} ms`, event);
    return true;
  });
  const oldest = run.early?.[0];
  if (oldest !== undefined) arm(step, oldest.at + earlyTtlMs);
}

/** Tries the kept events again on a trigger that was added or enabled. */
export function retryEarly(step: Step, trigger: CompiledTrigger): void {
  if (step.run.early === undefined) return;
  const index = new MatchIndex<CompiledTrigger>();
  addToIndex(index, trigger, step.workflow.limits);
  take(step, ({ event }) => {
    const found: CompiledTrigger[] = [];
    index.match(event, found);
    if (found.length > 0) step.enqueue(event);
    return found.length > 0;
  });
  if (step.run.early === undefined) step.cancelTimer(EXPIRY);
}

/** Removes the entries that `taken` says yes to. */
function take(step: Step, taken: (entry: EarlyEvent) => boolean): void {
  const { run } = step;
  const left: EarlyEvent[] = [];
  for (const entry of run.early ?? []) {
    if (taken(entry)) run.markCell(`b${entry.sequence}`, null);
    else left.push(entry);
  }
  run.early = left.length > 0 ? left : undefined;
}
