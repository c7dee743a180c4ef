import type { ResetPolicy } from '../model/documents.ts';
import {
  type CompiledCondition,
  type ConditionContext,
  type ConditionEnvironment,
  EXPIRED,
} from './condition.ts';

const EXPIRY_TIMER = 'within';

export function afterOutcome(reset: ResetPolicy | undefined): 'renew' | 'done' {
  return reset === 'on-fire' ? 'renew' : 'done';
}

/**
 * Bounds the time from the first gathered event: on expiry the outcome is `expired`, and the engine starts the context anew
 * (an expiry never ends a trigger). Without `withinMs` the condition is returned as it is.
 */
export function within(withinMs: number | undefined, condition: CompiledCondition): CompiledCondition {
  if (withinMs === undefined) return condition;
  const arm = (context: ConditionContext, environment: ConditionEnvironment) => {
    if (context.values['deadline'] !== undefined) return;
    context.values['deadline'] = environment.now + withinMs;
    context.touch();
    environment.setTimer(EXPIRY_TIMER, environment.now + withinMs);
  };
  return {
    ...condition,
    evaluate(event, context, environment) {
      arm(context, environment);
      const outcome = condition.evaluate(event, context, environment);
      if (outcome !== undefined) environment.cancelTimer(EXPIRY_TIMER);
      return outcome;
    },
    onTimer(name, context, environment) {
      return name === EXPIRY_TIMER ? EXPIRED : condition.onTimer?.(name, context, environment);
    },
  };
}
