import { EVENT_TYPES } from '../model/cloud-event.ts';
import type { Completion, Effect, EffectFailure } from '../model/effect.ts';
import { effectId } from '../model/effect.ts';
import { handOver, startEffect } from './effects.ts';
import { internalEvent } from './internal-event.ts';
import { nextDelayMs } from './retry.ts';
import { statePlace } from './state-place.ts';
import type { Step } from './step.ts';

/** Applies what became of an effect, at most once: an effect that is no longer pending is passed over. */
export function acceptCompletion(step: Step, completion: Completion): void {
  const { run } = step;
  const effect = run.effects?.get(completion.effect);
  if (effect === undefined) return;
  if (completion.outcome === 'accepted') {
    if (!effect.dispatched) handOver(step, effect);
    return;
  }
  forget(step, effect);
  if (completion.outcome === 'failed') {
    failEffect(step, effect, completion.failure);
    return;
  }
  if (run.ended) return;
  const scope = run.scope(effect.scope);
  if (effect.assign !== undefined && scope !== undefined)
    run.setVariable(scope, effect.assign, completion.result);
  step.enqueue(
    internalEvent(
      step,
      EVENT_TYPES.taskSucceeded,
      effect.subject,
      effect.scope,
      effect.id,
      completion.result,
      effect.traceparent,
      effect.token,
    ),
  );
}

function forget(step: Step, effect: Effect): void {
  step.run.removeEffect(effect);
  if (!effect.async) return;
  step.cancelTimer(`a${effect.id}`);
  step.cancelTimer(`h${effect.id}`);
}

/** The next attempt where the policy grants one, else the failure event; a failure nobody handles is a dead letter. */
function failEffect(step: Step, effect: Effect, failure: EffectFailure): void {
  const { run } = step;
  const delay = nextDelayMs(effect, failure);
  if (delay !== undefined) {
    const attempt = effect.attempt + 1;
    const { dispatched: _, ...rest } = effect;
    const id = effectId(effect.run, effect.scope, effect.trigger, effect.activation, effect.place, attempt);
    const next: Effect = { ...rest, attempt, id };
    if (delay === 0) startEffect(step, next);
    else {
      step.setTimer({
        id: `r${next.id}`,
        at: step.now + delay,
        scope: effect.scope,
        kind: 'retry',
        effect: next,
      });
    }
    return;
  }
  if (!run.ended) {
    const { code, message, details, ofState } = failure;
    const trigger = ofState && step.workflow.triggers.get(effect.trigger);
    const data = {
      error: code,
      cause: trigger ? statePlace(trigger.definition, effect.token) + message : message,
      ...(details !== undefined && { details }),
      attempts: effect.attempt,
    };
    const handled = step.deliver(
      internalEvent(
        step,
        EVENT_TYPES.taskFailed,
        effect.subject,
        effect.scope,
        effect.id,
        data,
        effect.traceparent,
        effect.token,
      ),
    );
    if (handled) return;
  }
  step.out.deadLetters.push({
    reason: failure.code,
    message: `${effect.kind} of trigger "${effect.trigger}" failed after ${effect.attempt} attempt(s): ${failure.message}`,
    run: run.key,
    trigger: effect.trigger,
    effect,
  });
}
