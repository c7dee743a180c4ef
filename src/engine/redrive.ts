import type { CloudEvent } from '../model/cloud-event.ts';
import { effectId } from '../model/effect.ts';
import type { CompiledWorkflow } from './compiled-workflow.ts';
import type { HistoryEntry } from './history.ts';
import { COMMANDS, type Input } from './input.ts';
import type { Outbox } from './outbox.ts';
import { nextDelayMs } from './retry.ts';
import type { RunState } from './run-state.ts';
import { step } from './step.ts';
import { RUN_TIMER } from './timer.ts';

/** Brings a fresh run to where it would stand had its final failures not happened; their effects are pending as new attempts. */
export function stepWithoutFailures(
  workflow: CompiledWorkflow,
  run: RunState,
  entries: Iterable<HistoryEntry>,
  out: Outbox,
): void {
  for (const { now, ...input } of entries as Iterable<{ now: number } & Input>) {
    if (input.kind === 'command' && !survives(input.event)) continue;
    if (input.kind === 'timer' && input.id === RUN_TIMER) continue;
    if (input.kind === 'completion' && input.completion.outcome === 'failed') {
      const effect = run.effects?.get(input.completion.effect);
      if (effect === undefined) continue;
      if (nextDelayMs(effect, input.completion.failure) === undefined) {
        run.removeEffect(effect);
        const attempt = effect.attempt + 1;
        const { activation, place, scope, trigger } = effect;
        run.putEffect({
          ...effect,
          attempt,
          id: effectId(effect.run, scope, trigger, activation, place, attempt),
        });
        continue;
      }
    }
    step(workflow, run, input as Input, now, out);
  }
}

function survives({ type }: CloudEvent): boolean {
  return type !== COMMANDS.cancel && type !== COMMANDS.redrive;
}

/** The time of the whole run counts anew from its redrive. */
export function restartRunTimer({ definition }: CompiledWorkflow, run: RunState, now: number): void {
  const timer = run.timers?.get(RUN_TIMER);
  if (timer !== undefined && definition.timeoutMs !== undefined)
    run.putTimer({ ...timer, at: now + definition.timeoutMs });
}

/** The redrive is an input too: who replays the history learns where the run went on. */
export function recordRedrive(
  workflow: CompiledWorkflow,
  run: RunState,
  event: CloudEvent,
  now: number,
): void {
  if (!workflow.keepHistory || run.historyLength >= workflow.limits.historyEntries) return;
  run.historyLength++;
  run.countsDirty = true;
  run.newHistory ??= [];
  run.newHistory.push(JSON.stringify({ now, kind: 'command', event } satisfies HistoryEntry));
}
