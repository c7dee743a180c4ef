import {
  type CompiledWorkflow,
  emptyOutbox,
  type HistoryEntry,
  type Input,
  nextDelayMs,
  RUN_TIMER,
  RunState,
  step,
} from '../engine/index.ts';
import { effectId } from '../model/effect.ts';
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
  replay(
    workflow,
    run,
    rows.map(({ value }) => JSON.parse(value) as HistoryEntry),
  );
  run.newHistory = undefined;
  run.historyLength = ended.historyLength;
  run.headDirty = true;
  return run.ended ? undefined : run;
}

function replay(workflow: CompiledWorkflow, run: RunState, entries: readonly HistoryEntry[]): void {
  const out = emptyOutbox();
  for (const { now, ...input } of entries as ({ now: number } & Input)[]) {
    if (input.kind === 'command' && input.event.type.endsWith('.cancel')) continue;
    if (input.kind === 'timer' && input.id === RUN_TIMER) continue;
    if (input.kind === 'completion' && input.completion.outcome === 'failed') {
      const effect = run.effects?.get(input.completion.effect);
      if (effect === undefined) continue;
      if (nextDelayMs(effect, input.completion.failure) !== undefined) {
        step(workflow, run, input as Input, now, out);
        continue;
      }
      run.removeEffect(effect);
      const attempt = effect.attempt + 1;
      const id = effectId(effect.run, effect.scope, effect.trigger, effect.activation, effect.place, attempt);
      run.putEffect({ ...effect, attempt, id });
      continue;
    }
    step(workflow, run, input as Input, now, out);
  }
}
