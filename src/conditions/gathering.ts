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
 * (an expiry never ends a trigger). Events that gather nothing start no time; a condition that begins anew by itself removes
 * `deadline`, and with it its time. Without `withinMs` the condition is returned as it is.
 */
export function within(
  withinMs: number | undefined,
  condition: CompiledCondition,
  hasGathered: (context: ConditionContext) => boolean,
): CompiledCondition {
  if (withinMs === undefined) return condition;
  const arm = (context: ConditionContext, environment: ConditionEnvironment) => {
    const deadline = environment.now + withinMs;
    environment.setTimer(EXPIRY_TIMER, deadline);
    context.values['deadline'] = deadline;
    context.touch();
  };
  const disarm = (context: ConditionContext, environment: ConditionEnvironment) => {
    delete context.values['deadline'];
    environment.cancelTimer(EXPIRY_TIMER);
  };
  return {
    ...condition,
    evaluate(event, context, environment) {
      const outcome = condition.evaluate(event, context, environment);
      if (outcome !== undefined || !hasGathered(context)) disarm(context, environment);
      else if (context.values['deadline'] === undefined) arm(context, environment);
      return outcome;
    },
    onTimer(name, context, environment) {
      return name === EXPIRY_TIMER ? EXPIRED : condition.onTimer?.(name, context, environment);
    },
  };
}
