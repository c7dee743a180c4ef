import type { Input } from './input.ts';
import type { Step } from './step.ts';

/** An input as the history keeps it, with the time it was applied at (milliseconds of the epoch). */
export type HistoryEntry = { readonly now: number } & Exclude<Input, { kind: 'continue' }>;

/** Appends the input to the run's history, where the workflow keeps one, up to the limit. */
export function recordInput(step: Step, input: Exclude<Input, { kind: 'continue' }>): void {
  const { run, workflow } = step;
  // What comes after the end changes nothing; counted, it would no longer fit what the ended run's head says.
  if (run.ended) return;
  if (!workflow.keepHistory || run.historyLength >= workflow.limits.historyEntries) return;
  run.historyLength++;
  run.countsDirty = true;
  run.newHistory ??= [];
  run.newHistory.push(JSON.stringify({ now: step.now, ...input } satisfies HistoryEntry));
}
