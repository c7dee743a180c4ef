import type { Outcome } from '../outcome.ts';

/** Buffers, windows, histories and contexts stay within the limits table. */
export function* everythingIsBounded(outcome: Outcome): Generator<string> {
  const { limits } = outcome;
  for (const line of outcome.noticed) if (line.startsWith('P9: ')) yield line.slice(4);
  for (const [partition, marks] of outcome.dedupeMarks.entries()) {
    if (marks > 2 * limits.dedupeMarks) yield `partition ${partition} keeps ${marks} dedupe marks`;
  }
  for (const { key, state, history, cells } of outcome.runs.values()) {
    if (history.length > limits.historyEntries) yield `the history of ${key} has ${history.length} entries`;
    if ((state.early?.length ?? 0) > limits.earlyEvents)
      yield `${state.early!.length} early events wait in ${key}`;
    if ((state.effects?.size ?? 0) > limits.pendingEffects)
      yield `${state.effects!.size} effects wait in ${key}`;
    if ((state.timers?.size ?? 0) > limits.pendingTimers) yield `${state.timers!.size} timers wait in ${key}`;
    for (const [cell, value] of cells) {
      if (cell.startsWith('c') && value.length > limits.contextBytes)
        yield `context ${cell} of ${key} has ${value.length} characters`;
    }
    if (state.ended && (state.effects?.size ?? 0) === 0 && cells.size > 0)
      yield `run ${key} has ended and keeps ${cells.size} cells`;
  }
}
