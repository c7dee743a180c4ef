import { TidegateError } from '../../model/errors.ts';
import { LIMITS, type Limits } from '../../model/limits.ts';
import { isUnsafeKey } from '../compile-literals.ts';
import { Budget } from './budget.ts';
import { compileField, type FieldQuery } from './path.ts';
import { Gathering } from './query.ts';
import type { QueryScope, References } from './query-scope.ts';

/** JSON whose keys that end in `.$` hold paths or intrinsic functions, compiled. */
export interface PayloadTemplate extends References {
  /** True when no key ends in `.$`. */
  readonly constant: boolean;
  /**
   * The JSON value. Parts without paths are shared between evaluations, and data that is read is handed on, not copied:
   * the value is to be read only. Throws Failure when a path finds nothing or an intrinsic function fails.
   */
  evaluate(scope: QueryScope): unknown;
}

type Writer = FieldQuery['write'];

/** A piece of a template: a value that is always the same, or a writer. */
type Piece = { readonly value: unknown } | { readonly write: Writer };

interface Compilation {
  readonly limits: Limits;
  readonly gathering: Gathering;
  needsBudget: boolean;
}

const SUFFIX = '.$';

/**
 * Compiles a payload template (ASL, "Payload Template"), as Parameters, ItemSelector, ResultSelector and Assign have it.
 * Throws INVALID_EXPRESSION with the pointer and column of a path that is wrong, NESTING_TOO_DEEP, UNSAFE_KEY.
 */
export function compilePayloadTemplate(value: unknown, limits: Limits = LIMITS): PayloadTemplate {
  const compilation: Compilation = { limits, gathering: new Gathering(), needsBudget: false };
  const piece = compilePiece(compilation, value, '', 0);
  const { gathering } = compilation;
  const references = {
    variables: Object.freeze([...gathering.variables]),
    usesContext: gathering.usesContext,
  };
  if ('value' in piece) {
    return Object.freeze({ constant: true, ...references, evaluate: () => piece.value });
  }
  const { write } = piece;
  const evaluate: PayloadTemplate['evaluate'] = compilation.needsBudget
    ? (scope) => write(scope, new Budget(limits, 'a payload template'))
    : (scope) => write(scope, undefined);
  return Object.freeze({ constant: false, ...references, evaluate });
}

function compilePiece(compilation: Compilation, value: unknown, pointer: string, depth: number): Piece {
  if (typeof value !== 'object' || value === null) return { value };
  const { jsonDepth } = compilation.limits;
  if (depth >= jsonDepth) {
    throw new TidegateError(
      'NESTING_TOO_DEEP',
      `A payload template is nested deeper than the limit jsonDepth of ${jsonDepth}`,
      { place: { pointer }, details: { limit: 'jsonDepth', maximum: jsonDepth } },
    );
  }
  if (Array.isArray(value)) {
    const pieces = value.map((each, i) => compilePiece(compilation, each, `${pointer}/${i}`, depth + 1));
    return pieces.every((piece) => 'value' in piece) ? { value } : { write: listWriter(pieces) };
  }
  return compileObject(compilation, value, pointer, depth);
}

function compileObject(compilation: Compilation, object: object, pointer: string, depth: number): Piece {
  const members = new Map<string, Piece>();
  let constant = true;
  for (const [key, value] of Object.entries(object)) {
    const inside = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const isPath = key.endsWith(SUFFIX);
    const name = isPath ? key.slice(0, -SUFFIX.length) : key;
    if (isUnsafeKey(name)) {
      throw new TidegateError('UNSAFE_KEY', `The key "${key}" in a template`, { place: { pointer } });
    }
    const piece = isPath
      ? compileMember(compilation, key, value, inside)
      : compilePiece(compilation, value, inside, depth + 1);
    constant &&= 'value' in piece;
    members.set(name, piece);
  }
  return constant ? { value: object } : { write: objectWriter(members) };
}

function compileMember(compilation: Compilation, key: string, value: unknown, pointer: string): Piece {
  try {
    if (typeof value !== 'string') {
      throw new TidegateError('INVALID_EXPRESSION', `"${key}" wants a path or an intrinsic function`);
    }
    const field = compileField(value, compilation.limits, key, compilation.gathering);
    compilation.needsBudget ||= field.needsBudget;
    return { write: field.write };
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw new TidegateError(error.code, error.message, {
      cause: error,
      place: { ...error.place, pointer },
      details: { ...error.details },
    });
  }
}

function writerOf(piece: Piece): Writer {
  return 'write' in piece ? piece.write : () => piece.value;
}

function listWriter(pieces: readonly Piece[]): Writer {
  const writers = pieces.map(writerOf);
  return (scope, budget) => {
    const list: unknown[] = [];
    for (const write of writers) list.push(write(scope, budget));
    return list;
  };
}

function objectWriter(members: ReadonlyMap<string, Piece>): Writer {
  const keys = [...members.keys()];
  const writers = [...members.values()].map(writerOf);
  return (scope, budget) => {
    const object: Record<string, unknown> = {};
    for (let i = 0; i < keys.length; i++) object[keys[i]!] = writers[i]!(scope, budget);
    return object;
  };
}
