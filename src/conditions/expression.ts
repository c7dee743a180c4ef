import { compileExpression } from '../expressions/index.ts';
import type { ExpressionCondition } from '../model/documents.ts';
import { TidegateError } from '../model/errors.ts';
import { requireContextWithin } from './collected.ts';
import { type ConditionType, FIRE } from './condition.ts';

/**
 * CEL over `event`, `context` and `run`. `update` is computed first, all of it from the context as it was. Without
 * `reset` the trigger fires each time the expression holds; `never` makes it fire once.
 */
export const expression: ConditionType<ExpressionCondition> = {
  type: 'expression',
  compile(definition, limits) {
    const { evaluate } = compileExpression(definition.expression, { limits });
    const updates = Object.entries(definition.update ?? {}).map(
      ([name, text]) => [name, compileExpression(text, { limits })] as const,
    );
    return {
      type: 'expression',
      afterOutcome:
        definition.reset === 'on-fire' ? 'renew' : definition.reset === 'never' ? 'done' : 'repeat',
      evaluate(_event, context, environment) {
        const values = updates.map(
          ([name, update]) => [name, update.evaluate(environment.variables())] as const,
        );
        if (values.length === 0) return outcomeOf(evaluate(environment.variables()), definition.expression);
        const before = { ...context.values };
        for (const [name, value] of values) context.values[name] = value;
        try {
          requireContextWithin(limits, context.values);
          const outcome = outcomeOf(evaluate(environment.variables()), definition.expression);
          context.touch();
          return outcome;
        } catch (error) {
          // The event becomes a dead letter, and updates the context when it is replayed.
          for (const [name] of values) {
            if (Object.hasOwn(before, name)) context.values[name] = before[name];
            else delete context.values[name];
          }
          throw error;
        }
      },
    };
  },
};

function outcomeOf(answer: unknown, text: string): string | undefined {
  if (answer === true) return FIRE;
  if (answer === false || answer === null) return undefined;
  if (typeof answer === 'string' && answer !== '') return answer;
  throw new TidegateError(
    'CONDITION_FAILED',
    `${text} gave ${JSON.stringify(answer)}; it must give true, false, null or an outcome's name`,
  );
}
