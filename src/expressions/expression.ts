import { TidegateError } from '../model/errors.ts';
import { LIMITS, type Limits } from '../model/limits.ts';
import { type CompileOptions, compileText } from './compile.ts';
import { Evaluation, Exhausted, Fault } from './evaluation.ts';
import { quote } from './parse.ts';
import { Exporter } from './values.ts';

/**
 * The variables an expression reads: an object from name to JSON value, e.g. `{event, context, run}`. Getters work, so a
 * value that is costly to make can be made when it is read.
 */
export type ExpressionScope = object;

/** A compiled expression. Immutable; may be evaluated any number of times. */
export interface Expression {
  readonly text: string;
  /** The top-level variables it reads. */
  readonly references: readonly string[];
  /** The member paths it reads, as far as the text tells: `results.a.x[i].y` gives `['results', 'a', 'x']`. */
  readonly paths: readonly (readonly string[])[];
  /**
   * The value, as JSON. A value read from the scope is handed on, not copied.
   * Throws INVALID_EXPRESSION when it has no value for this scope, EXPRESSION_LIMIT when it goes beyond a limit.
   */
  evaluate(scope: ExpressionScope): unknown;
}

/**
 * Compiles a CEL expression, e.g. `event.data.x > 3`. See docs/expressions.md for the language.
 * Throws INVALID_EXPRESSION with the place in the text, or LIMIT_EXCEEDED when it is too long or nested too deeply.
 */
export function compileExpression(text: string, options: CompileOptions = {}): Expression {
  const limits = options.limits ?? LIMITS;
  const { run, slots, borrowed, references, paths } = compileText(text, options);
  const evaluate = (scope: ExpressionScope): unknown => {
    const evaluation = new Evaluation(scope, limits, slots);
    try {
      const value = run(evaluation);
      return borrowed || typeof value === 'boolean' ? value : new Exporter(evaluation).toJson(value);
    } catch (error) {
      throw failure(text, error, limits);
    }
  };
  return Object.freeze({ text, references, paths, evaluate });
}

/** The coded error for what an evaluation threw. */
export function failure(text: string, error: unknown, limits: Limits): TidegateError {
  if (error instanceof TidegateError) return error;
  if (error instanceof Exhausted) {
    const { limit } = error;
    return new TidegateError(
      'EXPRESSION_LIMIT',
      `The expression ${quote(text)} went beyond the limit ${limit} of ${limits[limit]}`,
      { details: { expression: text, limit, maximum: limits[limit] } },
    );
  }
  const cause = error instanceof Fault ? error.message : String(error);
  return new TidegateError('INVALID_EXPRESSION', `The expression ${quote(text)} failed: ${cause}`, {
    details: { expression: text },
    ...(error instanceof Fault ? {} : { cause: error }),
  });
}
