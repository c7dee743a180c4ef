import type { QueryLanguage } from '../../../src/compilers/asl/model.ts';
import { compileChoiceRule } from '../../../src/expressions/choice/index.ts';
import { compileJsonataTemplate, type Draw } from '../../../src/expressions/jsonata/index.ts';
import {
  compilePathOrIntrinsic,
  compilePayloadTemplate,
  compileReferencePath,
  type QueryScope,
} from '../../../src/expressions/jsonpath/index.ts';
import { Failure } from '../../../src/model/failure.ts';
import { LIMITS } from '../../../src/model/limits.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** What an expression may look at: `input` is `$` in JSONPath; JSONata names each part. */
export interface Sight {
  readonly variables: Variables;
  readonly context: unknown;
  readonly now: number;
}

const random = () => 0.5;

/** The expressions of both query languages, looked up where they stand; nothing is kept between two evaluations. */
export const jsonPath = {
  /** A path field such as `InputPath`: absent is all, null an empty object. */
  select(text: string | null | undefined, input: unknown, sight: Sight, field: string): unknown {
    if (text === undefined) return input;
    if (text === null) return {};
    return compilePathOrIntrinsic(text, LIMITS, field).evaluate(scopeOf(input, sight));
  },
  template(template: unknown, input: unknown, sight: Sight): unknown {
    return compilePayloadTemplate(template, LIMITS).evaluate(scopeOf(input, sight));
  },
  /** `ResultPath`: absent replaces, null throws the result away. */
  put(text: string | null | undefined, raw: unknown, result: unknown): unknown {
    if (text === undefined) return result;
    if (text === null) return raw;
    return compileReferencePath(text, LIMITS).put(raw, result);
  },
  test(rule: unknown, input: unknown, sight: Sight): boolean {
    return compileChoiceRule(rule, LIMITS).test(scopeOf(input, sight));
  },
};

function scopeOf(input: unknown, { variables, context }: Sight): QueryScope {
  return { input, variables, context: () => context, random };
}

/** `$states`, but for the context. */
export interface States {
  readonly input: unknown;
  readonly result?: unknown;
  readonly errorOutput?: unknown;
}

/** A JSONata template: `{% %}` strings are evaluated wherever they stand. */
export function jsonata(template: unknown, field: string, states: States, sight: Sight): unknown {
  const draw: Draw = { now: sight.now, random };
  const bindings = { ...sight.variables, states: { ...states, context: sight.context } };
  return compileJsonataTemplate(template, field, LIMITS).evaluate(bindings, draw);
}

/** Variables after `Assign`, all of whose values see those from before. */
export function assigned(
  language: QueryLanguage,
  assign: unknown,
  subject: unknown,
  states: States,
  sight: Sight,
): Variables {
  if (assign === undefined) return sight.variables;
  const values =
    language === 'JSONata'
      ? jsonata(assign, 'Assign', states, sight)
      : jsonPath.template(assign, subject, sight);
  return { ...sight.variables, ...(values as object) };
}

/** A number given as itself, by a path or by JSONata; strings of digits count by a path. Undefined where the field is absent. */
export function numberOf(
  language: QueryLanguage,
  field: string,
  state: Readonly<Record<string, unknown>>,
  input: unknown,
  sight: Sight,
): number | undefined {
  const path = state[`${field}Path`] as string | undefined;
  if (path !== undefined) {
    const value = Number(jsonPath.select(path, input, sight, `${field}Path`));
    if (Number.isNaN(value)) throw new Failure('States.Runtime', `${field}Path is not a number`);
    return value;
  }
  if (state[field] === undefined) return undefined;
  return Number(language === 'JSONata' ? jsonata(state[field], field, { input }, sight) : state[field]);
}
