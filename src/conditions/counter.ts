import { compileExpression } from '../expressions/index.ts';
import type { CounterCondition } from '../model/documents.ts';
import { TidegateError } from '../model/errors.ts';
import { type ConditionContext, type ConditionEnvironment, type ConditionType, FIRE } from './condition.ts';
import { within } from './gathering.ts';

/**
 * Counts events as `context.count`. Fires once at the threshold, or at each multiple with `every`; with
 * `reset: on-fire` the count begins again at 0.
 */
export const counter: ConditionType<CounterCondition> = {
  type: 'counter',
  compile(definition, limits) {
    const { threshold, every, reset } = definition;
    const evaluate =
      typeof threshold === 'number'
        ? fixed(threshold, every === true)
        : computed(compileExpression(threshold, { limits }).evaluate, threshold, every === true);
    const afterOutcome = reset === 'on-fire' ? 'renew' : every ? 'repeat' : 'done';
    return within(definition.withinMs, { type: 'counter', afterOutcome, evaluate }, () => true);
  },
};

function increment(context: ConditionContext): number {
  const values = context.values as { count?: number };
  const count = (values.count ?? 0) + 1;
  values.count = count;
  context.touch();
  return count;
}

const reached = (count: number, threshold: number, every: boolean) =>
  every ? count % threshold === 0 : count >= threshold;

function fixed(threshold: number, every: boolean) {
  return (_event: unknown, context: ConditionContext) =>
    reached(increment(context), threshold, every) ? FIRE : undefined;
}

function computed(
  evaluate: (scope: ReturnType<ConditionEnvironment['variables']>) => unknown,
  text: string,
  every: boolean,
) {
  return (_event: unknown, context: ConditionContext, environment: ConditionEnvironment) => {
    const count = increment(context);
    try {
      return reached(count, thresholdOf(evaluate(environment.variables()), text), every) ? FIRE : undefined;
    } catch (error) {
      // The event becomes a dead letter, and counts when it is replayed.
      context.values['count'] = count - 1;
      throw error;
    }
  };
}

function thresholdOf(value: unknown, text: string): number {
  if (typeof value === 'number' && value >= 1) return value;
  throw new TidegateError(
    'CONDITION_FAILED',
    `threshold ${text} gave ${JSON.stringify(value)}, not a number from 1`,
  );
}
