import { TidegateError } from '../../model/errors.ts';
import type { Limits } from '../../model/limits.ts';
import { isUnsafeKey } from '../compile-literals.ts';
import type { CompiledText } from './compile.ts';
import { type Bindings, type Draw, Evaluation } from './evaluation.ts';
import { Exporter } from './exporter.ts';
import { compileChecked, describe, evaluateWith, queryFailure, readsContext } from './expression.ts';

/** JSON whose strings `{% ... %}` are expressions, compiled. */
export interface JsonataTemplate {
  /** No string is an expression: the template is its own value. */
  readonly constant: boolean;
  /** The free variables of its expressions, without their `$`; `states` among them. */
  readonly variables: readonly string[];
  /** The members of `$states` that are read; undefined when any may be. */
  readonly states: readonly string[] | undefined;
  /** Whether `$states.context` may be read. */
  readonly usesContext: boolean;
  /**
   * The JSON value. Parts without expressions are shared between evaluations, so the value is to be read only.
   * Throws Failure States.QueryEvaluationError, also where an expression gives nothing.
   */
  evaluate(bindings: Bindings, draw: Draw): unknown;
}

type Writer = (evaluation: Evaluation, exporter: Exporter) => unknown;

/**
 * Compiles any JSON value. `field` is the field of the state that it stands in; failures name the place from there on, e.g.
 * `Output/results[0]/name`. Throws INVALID_EXPRESSION or LIMIT_EXCEEDED for an expression that cannot be read.
 */
export function compileJsonataTemplate(value: unknown, field: string, limits: Limits): JsonataTemplate {
  const compiled: CompiledText[] = [];
  const write = compilePart(value, field, limits, compiled, 0);
  const evaluate = (bindings: Bindings, draw: Draw): unknown => {
    if (write === undefined) return value;
    const evaluation = new Evaluation(bindings, draw, limits);
    return write(evaluation, new Exporter(evaluation));
  };
  const states = compiled.every((each) => each.states !== undefined)
    ? Object.freeze([...new Set(compiled.flatMap((each) => each.states!))])
    : undefined;
  return Object.freeze({
    constant: write === undefined,
    variables: Object.freeze([...new Set(compiled.flatMap((each) => each.variables))]),
    states,
    usesContext: compiled.some(readsContext),
    evaluate,
  });
}

/** The expression in a string `{% ... %}`, trimmed; undefined for any other string. */
export function expressionIn(text: string): string | undefined {
  return text.length >= 4 && text.startsWith('{%') && text.endsWith('%}')
    ? text.slice(2, -2).trim()
    : undefined;
}

/** What writes a part; undefined where it is always the same. */
function compilePart(
  value: unknown,
  field: string,
  limits: Limits,
  compiled: CompiledText[],
  depth: number,
): Writer | undefined {
  if (typeof value === 'string') return compileString(value, field, limits, compiled);
  if (typeof value !== 'object' || value === null) return undefined;
  const { jsonDepth } = limits;
  if (depth >= jsonDepth) {
    throw new TidegateError(
      'NESTING_TOO_DEEP',
      `A template is nested deeper than the limit jsonDepth of ${jsonDepth}`,
      {
        details: { limit: 'jsonDepth', maximum: jsonDepth },
      },
    );
  }
  if (Array.isArray(value)) {
    return listWriter(
      value,
      value.map((part, index) => compilePart(part, `${field}[${index}]`, limits, compiled, depth + 1)),
    );
  }
  const entries = Object.entries(value).map(([key, part]) => {
    if (isUnsafeKey(key)) throw new TidegateError('UNSAFE_KEY', `The key "${key}" in a template`);
    return [key, part, compilePart(part, `${field}/${key}`, limits, compiled, depth + 1)] as const;
  });
  return objectWriter(entries);
}

function compileString(
  value: string,
  field: string,
  limits: Limits,
  compiled: CompiledText[],
): Writer | undefined {
  const text = expressionIn(value);
  if (text === undefined) return undefined;
  const expression = compileChecked(text, limits);
  compiled.push(expression);
  const subject = describe(text, field);
  return (evaluation, exporter) => {
    const result = evaluateWith(expression, subject, evaluation, exporter, compiled.length === 1);
    if (result === undefined) throw queryFailure(`${subject} returned nothing (undefined).`);
    return result;
  };
}

function listWriter(list: readonly unknown[], writers: readonly (Writer | undefined)[]): Writer | undefined {
  if (writers.every((write) => write === undefined)) return undefined;
  return (evaluation, exporter) =>
    list.map((part, index) => {
      const write = writers[index];
      return write === undefined ? part : write(evaluation, exporter);
    });
}

function objectWriter(
  entries: readonly (readonly [key: string, part: unknown, write: Writer | undefined])[],
): Writer | undefined {
  if (entries.every(([, , write]) => write === undefined)) return undefined;
  return (evaluation, exporter) => {
    const object: Record<string, unknown> = {};
    for (let i = 0; i < entries.length; i++) {
      const [key, part, write] = entries[i]!;
      object[key] = write === undefined ? part : write(evaluation, exporter);
    }
    return object;
  };
}
