import { LIMITS, type Limits } from '../../model/limits.ts';
import { Budget } from './budget.ts';
import { compileCall } from './intrinsic.ts';
import { INTRINSIC_PREFIX, readCall } from './intrinsic-syntax.ts';
import { missing, nullInput } from './missing.ts';
import { readPath } from './path-syntax.ts';
import { compileQuery, Gathering } from './query.ts';
import type { CompiledPath, QueryScope } from './query-scope.ts';
import { Reader } from './syntax.ts';

/**
 * Compiles a JSONPath: `$...` over the input, `$$...` over the context object, `$name...` over a variable. `field` is the
 * name of the field it stands in, e.g. `InputPath` or `item.$`, for the text of a failure.
 * Throws INVALID_EXPRESSION with the column, or LIMIT_EXCEEDED when it is too long or nested too deeply.
 */
export function compilePath(text: string, limits: Limits = LIMITS, field?: string): CompiledPath {
  const gathering = new Gathering();
  return compiled(compilePathField(text, limits, field, gathering), text, limits, gathering);
}

/** Compiles a JSONPath, or a call of an intrinsic function such as `States.Format('{}', $.name)`. */
export function compilePathOrIntrinsic(text: string, limits: Limits = LIMITS, field?: string): CompiledPath {
  const gathering = new Gathering();
  return compiled(compileField(text, limits, field, gathering), text, limits, gathering);
}

/** A path or intrinsic function of a payload template, which keeps one budget for all of its fields. */
export interface FieldQuery {
  readonly definite: boolean;
  readonly single: boolean;
  /** Whether it reads the input itself, `$...`. */
  readonly ofInput: boolean;
  readonly needsBudget: boolean;
  /** `undefined` if it finds nothing. */
  readonly find: (scope: QueryScope, budget: Budget | undefined) => unknown;
  /** Throws Failure if it finds nothing. */
  readonly write: (scope: QueryScope, budget: Budget | undefined) => unknown;
}

/** Compiles a path or a call. With `needsBudget` it must be given one. */
export function compileField(
  text: string,
  limits: Limits,
  field: string | undefined,
  gathering: Gathering,
): FieldQuery {
  if (text.startsWith('$')) return compilePathField(text, limits, field, gathering);
  const reader: Reader = new Reader(text, limits);
  if (!text.startsWith(INTRINSIC_PREFIX)) {
    reader.fail(
      `expected a path, which begins with "$", or an intrinsic function, which begins with "${INTRINSIC_PREFIX}"`,
    );
  }
  const call = readCall(reader);
  reader.skipBlanks();
  if (!reader.atEnd) reader.fail(`unexpected "${reader.next}"`);
  const run = compileCall(call, reader, gathering);
  const write: FieldQuery['write'] = (scope, budget) => run(scope, budget!);
  return { definite: true, single: false, ofInput: false, needsBudget: true, find: write, write };
}

/** Compiles a path, for a caller that keeps the budget. */
export function compilePathField(
  text: string,
  limits: Limits,
  field: string | undefined,
  gathering: Gathering,
): FieldQuery {
  const reader: Reader = new Reader(text, limits);
  const path = readPath(reader);
  if (!reader.atEnd) reader.fail(`unexpected "${reader.next}"`);
  const { definite, single, plain, value } = compileQuery(path, gathering);
  const ofInput = path.root.kind === 'input';
  const wantsInput = ofInput && field?.endsWith('.$') === true;
  const find: FieldQuery['find'] = plain ?? ((scope, budget) => value(scope, budget!));
  const write: FieldQuery['write'] = (scope, budget) => {
    if (wantsInput && scope.input === null) throw nullInput();
    const found = find(scope, budget);
    if (found === undefined) throw missing(text, path, field, scope);
    return found;
  };
  return { definite, single, ofInput, needsBudget: plain === undefined, find, write };
}

function compiled(field: FieldQuery, text: string, limits: Limits, gathering: Gathering): CompiledPath {
  const { definite, single, needsBudget, find, write } = field;
  return Object.freeze({
    text,
    definite,
    single,
    variables: Object.freeze([...gathering.variables]),
    usesContext: gathering.usesContext,
    find: needsBudget
      ? (scope: QueryScope) => find(scope, new Budget(limits, text))
      : (scope: QueryScope) => find(scope, undefined),
    evaluate: needsBudget
      ? (scope: QueryScope) => write(scope, new Budget(limits, text))
      : (scope: QueryScope) => write(scope, undefined),
  });
}
