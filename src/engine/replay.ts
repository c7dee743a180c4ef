import type { HistoryEntry } from './history.ts';
import type { Outbox } from './outbox.ts';
import { RunState } from './run-state.ts';
import { step } from './step.ts';

/** What a replay begins with. */
export interface ReplayedRun {
  /** `workflow/run` */
  readonly key: string;
  readonly input: unknown;
  /** milliseconds of the epoch */
  readonly startedAt: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A run as it was before its first input. */
export function freshRun(version: number, { key, input, startedAt, labels }: ReplayedRun): RunState {
  return new RunState(key, version, { input, at: startedAt, ...(labels && { labels }) });
}

/** Gives an input of the history to the run again, with all that follows from it. */
export function replayInput(
  workflow: Parameters<typeof step>[0],
  run: RunState,
  entry: HistoryEntry,
  out: Outbox,
): void {
  step(workflow, run, entry, entry.now, out);
  while (run.hasWork && !run.ended) step(workflow, run, { kind: 'continue' }, entry.now, out);
}
