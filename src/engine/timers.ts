import { EVENT_TYPES } from '../model/cloud-event.ts';
import { isActive } from './active-triggers.ts';
import { acceptCompletion } from './completions.ts';
import { expireEarly } from './early-events.ts';
import { startEffect } from './effects.ts';
import { endRun } from './end-run.ts';
import { internalEvent } from './internal-event.ts';
import { revokeEffect } from './revoke.ts';
import type { Step } from './step.ts';

/** A timer came due. One that was cancelled or moved in the meantime is passed over. */
export function acceptTimer(step: Step, id: string, at: number): void {
  const { run } = step;
  const timer = run.timers?.get(id);
  if (timer === undefined || timer.at !== at) return;
  run.removeTimer(timer);
  switch (timer.kind) {
    case 'condition': {
      const scope = run.scope(timer.scope);
      const trigger = run.dynamic?.triggers.get(timer.trigger) ?? step.workflow.triggers.get(timer.trigger);
      // A trigger that was disabled in the meantime lets its timer pass.
      if (scope !== undefined && trigger !== undefined && isActive(run, trigger)) {
        step.askTimer(trigger, scope, timer.name);
      }
      break;
    }
    case 'user':
      step.enqueue(
        internalEvent(
          step,
          EVENT_TYPES.timer,
          timer.name,
          timer.scope,
          `${run.key}:${id}:${at}`,
          timer.data,
          undefined,
          timer.token,
        ),
      );
      break;
    case 'retry':
      startEffect(step, timer.effect);
      break;
    case 'deadline':
    case 'heartbeat': {
      const code = timer.kind === 'deadline' ? 'EFFECT_TIMEOUT' : 'HEARTBEAT_TIMEOUT';
      const what = timer.kind === 'deadline' ? 'did not report in time' : 'sent no heartbeat in time';
      step.out.cancelled.push(timer.effectId);
      const late = run.effects?.get(timer.effectId);
      acceptCompletion(step, {
        effect: timer.effectId,
        outcome: 'failed',
        failure: { code, message: `the target ${what}`, retryable: true },
      });
      // After its place is free: a run may be at the limit of its pending effects.
      if (late !== undefined) revokeEffect(step, late);
      break;
    }
    case 'run-timeout':
      endRun(step, 'TIMED_OUT', {
        error: step.workflow.definition.timeoutError ?? 'RUN_TIMED_OUT',
        cause: `the run took longer than ${at - run.startedAt} ms`,
      });
      break;
    case 'early-expiry':
      expireEarly(step);
      break;
    case 'continue':
      break;
  }
}
