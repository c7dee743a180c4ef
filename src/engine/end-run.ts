import { effectId } from '../model/effect.ts';
import type { RunStatus } from '../model/run.ts';
import { isActive } from './active-triggers.ts';
import type { CompiledTrigger } from './compiled-trigger.ts';
import { awaitsEventFromOutside } from './compiled-workflow.ts';
import { startEffect } from './effects.ts';
import { REVOKE, revokeEffect } from './revoke.ts';
import type { RunState } from './run-state.ts';
import type { Step } from './step.ts';

/** Kind of the effect that tells a waiting run of this one's end. */
export const NOTIFY_PARENT = 'notify-parent';

/** Ends the run: kills its timers and pending effects, except those that were planned together with the end. */
export function endRun(
  step: Step,
  status: Extract<RunStatus, 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'CANCELLED'>,
  { output, error, cause }: { output?: unknown; error?: string | undefined; cause?: unknown },
): void {
  const { run } = step;
  if (run.ended) return;
  run.status = status;
  run.end = { output, error, cause, at: step.now };
  run.headDirty = true;
  for (const id of [...(run.timers?.keys() ?? [])]) step.cancelTimer(id);
  const planned = new Set(step.planned);
  for (const effect of [...(run.effects?.values() ?? [])]) {
    if (planned.has(effect.id) || effect.kind === REVOKE) continue;
    run.removeEffect(effect);
    step.out.cancelled.push(effect.id);
    revokeEffect(step, effect);
  }
  for (const { event } of run.early ?? []) {
    step.deadLetter('EVENT_FOR_ENDED_RUN', 'the run ended before a trigger asked for the event', event);
  }
  run.early = undefined;
  run.reports = undefined;
  run.openable = undefined;
  run.scopes = undefined;
  run.root.forks = undefined;
  run.root.contexts = undefined;
  run.cleanContexts();
  if (run.parent !== undefined) notifyParent(step);
}

function notifyParent(step: Step): void {
  const { run } = step;
  const { key, status, parent } = run;
  const { output, error, cause } = run.end ?? {};
  startEffect(step, {
    id: effectId(key, '', '', 0, 0, 1),
    kind: NOTIFY_PARENT,
    run: key,
    scope: '',
    trigger: '',
    activation: 0,
    place: 0,
    attempt: 1,
    request: { parent, status, output: output ?? null, error: error ?? null, cause: cause ?? null },
    policy: { retry: { maxAttempts: 1_000_000, intervalMs: 200, maxDelayMs: 10_000, errors: ['*'] } },
    subject: '',
  });
}

/** After a step: a running run that nothing can move any more is stalled, and says why. */
export function settleStatus(step: Step): void {
  const { run, workflow } = step;
  if (workflow.runMode !== 'started') return;
  if (run.status !== 'RUNNING' || run.hasWork || (run.effects?.size ?? 0) > 0) return;
  for (const timer of run.timers?.values() ?? []) {
    if (timer.kind !== 'run-timeout' && timer.kind !== 'early-expiry') return;
  }
  for (const trigger of workflow.outsideTriggers) if (listens(run, trigger)) return;
  for (const trigger of run.dynamic?.triggers.values() ?? []) {
    if (awaitsEventFromOutside(trigger) && listens(run, trigger)) return;
  }
  run.status = 'STALLED';
  run.end = {
    error: 'RUN_STALLED',
    cause: 'no effect, timer or trigger for an event from outside is left that could move the run',
  };
  run.headDirty = true;
}

/** An event could still move the trigger: in the root, or in a scope of its own that is open. */
function listens(run: RunState, trigger: CompiledTrigger): boolean {
  if (!isActive(run, trigger)) return false;
  if (trigger.depth === 0) return run.root.contexts?.get(trigger.id)?.done !== true;
  for (const scope of run.scopes?.values() ?? []) {
    if (scope.staticPath === trigger.scope && scope.contexts?.get(trigger.id)?.done !== true) return true;
  }
  return false;
}
