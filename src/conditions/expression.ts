import { compileExpression } from '../expressions/index.ts';
import type { ExpressionCondition } from '../model/documents.ts';
import { TidegateError } from '../model/errors.ts';
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
        for (const [name, value] of values) context.values[name] = value;
        if (values.length > 0) context.touch();
        const answer = evaluate(environment.variables());
        if (answer === true) return FIRE;
        if (answer === false || answer === null) return undefined;
        if (typeof answer === 'string' && answer !== '') return answer;
        throw new TidegateError(
          'CONDITION_FAILED',
          `${definition.expression} gave ${JSON.stringify(answer)}; it must give true, false, null or an outcome's name`,
        );
      },
    };
  },
};
