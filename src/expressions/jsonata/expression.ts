import { Failure } from '../../model/failure.ts';
import type { LimitName, Limits } from '../../model/limits.ts';
import { Exhausted } from '../evaluation.ts';
import { type CompiledText, compileText } from './compile.ts';
import { type Bindings, type Draw, Evaluation, Frame } from './evaluation.ts';
import { Exporter, Unsupported } from './exporter.ts';
import { Fault } from './fault.ts';
import { Invalid, invalidJsonata } from './parse.ts';

/** A compiled JSONata expression. Immutable; may be evaluated any number of times. */
export interface CompiledJsonata {
  readonly text: string;
  /** The variables that neither the expression binds nor the library has, without their `$`; `states` among them. */
  readonly variables: readonly string[];
  /** The members of `$states` that it reads; undefined when it may read any. */
  readonly states: readonly string[] | undefined;
  /** Whether it may read `$states.context`. */
  readonly usesContext: boolean;
  /**
   * The value as JSON; undefined is nothing. What is read from the bindings is handed on, not copied.
   * Throws Failure States.QueryEvaluationError.
   */
  evaluate(bindings: Bindings, draw: Draw): unknown;
}

/** The error that all failures of JSONata have. */
export const QUERY_EVALUATION_ERROR = 'States.QueryEvaluationError';

/**
 * Compiles an expression, without `{%` and `%}`. Failures name `field`, where one is given.
 * Throws INVALID_EXPRESSION with line and column and the parser's message, or LIMIT_EXCEEDED.
 */
export function compileJsonata(text: string, limits: Limits, field?: string): CompiledJsonata {
  const compiled = compileChecked(text, limits);
  const subject = describe(text, field);
  const evaluate = (bindings: Bindings, draw: Draw): unknown => {
    const evaluation = new Evaluation(bindings, draw, limits);
    return evaluateWith(compiled, subject, evaluation, new Exporter(evaluation), true);
  };
  const { variables, states } = compiled;
  return Object.freeze({ text, variables, states, usesContext: readsContext(compiled), evaluate });
}

/** Whether `$states.context` is among what is read. */
export function readsContext({ states }: CompiledText): boolean {
  return states === undefined || states.includes('context');
}

export function compileChecked(text: string, limits: Limits): CompiledText {
  try {
    return compileText(text, limits);
  } catch (error) {
    if (error instanceof Invalid) throw invalidJsonata(text, error.message, error.position);
    throw error;
  }
}

/** How failures name an expression. */
export function describe(text: string, field: string | undefined): string {
  return `The JSONata expression '${text}'${field === undefined ? '' : ` specified for the field '${field}'`}`;
}

/**
 * One evaluation may run several expressions, e.g. those of a template: they share its bounds. What an expression that stands
 * `alone` merely hands on was bounded when it came in.
 */
export function evaluateWith(
  { run, borrowed }: CompiledText,
  subject: string,
  evaluation: Evaluation,
  exporter: Exporter,
  alone: boolean,
): unknown {
  try {
    const value = run(evaluation, undefined, new Frame(null));
    if (value === undefined) return undefined;
    if (alone && borrowed && (!Array.isArray(value) || !('kind' in value))) return value;
    return exporter.toJson(value);
  } catch (error) {
    throw failure(error, subject, evaluation.limits);
  }
}

function failure(error: unknown, subject: string, limits: Limits): unknown {
  if (error instanceof Fault) {
    return queryFailure(`${subject} threw an error during evaluation. ${error.code}: ${error.message}`);
  }
  if (error instanceof Unsupported) return queryFailure(`${subject} returned an unsupported result type.`);
  if (error instanceof Exhausted) return queryFailure(beyond(subject, error.limit, limits));
  // Nothing counted came near its bound, yet the thread's stack was used up.
  if (error instanceof RangeError) return queryFailure(beyond(subject, 'jsonataDepth', limits));
  return error;
}

function beyond(subject: string, limit: LimitName, limits: Limits): string {
  return `${subject} went beyond the limit ${limit} of ${limits[limit]}.`;
}

export function queryFailure(reason: string): Failure {
  return new Failure(QUERY_EVALUATION_ERROR, reason);
}
