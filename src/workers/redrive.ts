import {
  type CompiledWorkflow,
  emptyOutbox,
  type HistoryEntry,
  RunState,
  stepWithoutFailures,
} from '../engine/index.ts';
import type { StateStore } from '../stores/state-store.ts';

/**
 * A run that ended badly, as it would stand had its final failures not happened: its history is stepped again without
 * the completions that failed for good, and those effects are pending again as new attempts. Undefined where the run
 * ended well, or its history is not whole.
 */
export async function rebuildForRedrive(
  store: StateStore,
  ended: RunState,
  workflow: CompiledWorkflow,
): Promise<RunState | undefined> {
  if (ended.status === 'SUCCEEDED' || !workflow.keepHistory) return undefined;
  const rows = await store.history(ended.key, 1, workflow.limits.historyEntries);
  if (
    rows.length === 0 ||
    rows.length !== ended.historyLength ||
    rows.length >= workflow.limits.historyEntries
  ) {
    return undefined;
  }
  const run = new RunState(ended.key, ended.version, {
    input: ended.input,
    at: ended.startedAt,
    ...(ended.labels && { labels: ended.labels }),
    ...(ended.parent && { parent: ended.parent }),
  });
  stepWithoutFailures(
    workflow,
    run,
    rows.map(({ value }) => JSON.parse(value) as HistoryEntry),
    emptyOutbox(),
  );
  run.newHistory = undefined;
  run.historyLength = ended.historyLength;
  run.headDirty = true;
  return run.ended ? undefined : run;
}
