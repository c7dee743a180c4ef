// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the templates of the language, not of the program.
import { type Place, TidegateError } from '../model/errors.ts';
import { LIMITS, type Limits } from '../model/limits.ts';
import { type CompiledText, type CompileOptions, compileText } from './compile.ts';
import { isUnsafeKey } from './compile-literals.ts';
import { type Closure, Evaluation } from './evaluation.ts';
import { type ExpressionScope, failure } from './expression.ts';
import { invalidExpression, tooDeep } from './parse.ts';
import { compileQuery, isQuery, QUERY, type QueryEnvironment, readQuery } from './query/index.ts';
import { scanExpression } from './scan.ts';
import { Exporter, toText } from './values.ts';

export interface TemplateOptions extends CompileOptions {
  /** RFC 6901 pointer of the template in its document; errors name the string inside it. */
  readonly pointer?: string;
}

/** JSON with `${ expressions }` in its strings, compiled. */
export interface Template {
  /** True when no string holds an expression. */
  readonly constant: boolean;
  /** The top-level variables its expressions read. */
  readonly references: readonly string[];
  /** The member paths its expressions read, as far as the text tells. */
  readonly paths: readonly (readonly string[])[];
  /** The JSON value. Parts without expressions are shared between evaluations, so the value is to be read only. */
  evaluate(scope: ExpressionScope): unknown;
}

/** What compiling one template carries around and finds out. */
interface Compilation {
  readonly options: TemplateOptions;
  readonly limits: Limits;
  readonly references: Set<string>;
  readonly paths: Map<string, readonly string[]>;
  slots: number;
}

/** Writes into `exporter` as it goes, so that all expressions of a template share one bound. */
type Writer = (evaluation: Evaluation, exporter: Exporter) => unknown;

/** A piece of a template: a value that is always the same, or a writer. */
type Piece = { readonly value: unknown } | { readonly write: Writer };

/**
 * Compiles any JSON value. A string that is one `${ expression }` becomes its value with the value's type; in a string with
 * other text a string value stands as it is and any other as compact JSON. `$${` is a literal `${`. Keys are literal.
 * Throws what `compileExpression` throws, with a pointer to the string.
 */
export function compileTemplate(value: unknown, options: TemplateOptions = {}): Template {
  if (isScalar(value))
    return Object.freeze({ constant: true, references: NONE, paths: NONE, evaluate: () => value });
  const limits = options.limits ?? LIMITS;
  const compilation: Compilation = {
    options,
    limits,
    references: new Set(),
    paths: new Map(),
    slots: 0,
  };
  const piece = compilePiece(compilation, value, options.pointer ?? '', 0);
  const evaluate = (scope: ExpressionScope): unknown => {
    if ('value' in piece) return piece.value;
    const evaluation = new Evaluation(scope, limits, compilation.slots);
    return piece.write(evaluation, new Exporter(evaluation));
  };
  return Object.freeze({
    constant: 'value' in piece,
    references: compilation.references.size === 0 ? NONE : Object.freeze([...compilation.references]),
    paths: compilation.paths.size === 0 ? NONE : Object.freeze([...compilation.paths.values()]),
    evaluate,
  });
}

const NONE: readonly never[] = Object.freeze([]);

/** Most values of actions hold no expression, and are not even objects. */
function isScalar(value: unknown): boolean {
  return typeof value === 'string' ? !value.includes('${') : typeof value !== 'object' || value === null;
}

function compilePiece(compilation: Compilation, value: unknown, pointer: string, depth: number): Piece {
  if (typeof value === 'string') return compileString(compilation, value, pointer);
  if (typeof value !== 'object' || value === null) return { value };
  if (isQuery(value)) {
    const run = compileQuery(readQuery(value[QUERY]), compilation.limits);
    return { write: (evaluation) => run(evaluation.scope as unknown as QueryEnvironment) };
  }
  const { jsonDepth } = compilation.limits;
  if (depth >= jsonDepth) {
    throw new TidegateError(
      'NESTING_TOO_DEEP',
      `A template is nested deeper than the limit jsonDepth of ${jsonDepth}`,
      {
        place: { pointer },
        details: { limit: 'jsonDepth', maximum: jsonDepth },
      },
    );
  }
  const entries = Object.entries(value).map(
    ([key, member]) =>
      [
        key,
        member,
        isScalar(member)
          ? { value: member }
          : compilePiece(compilation, member, `${pointer}/${escapePointer(key)}`, depth + 1),
      ] as const,
  );
  if (entries.every(([, member, piece]) => 'value' in piece && Object.is(piece.value, member)))
    return { value };
  if (Array.isArray(value)) return listPiece(entries.map(([, , piece]) => piece));
  for (const [key] of entries) {
    if (isUnsafeKey(key)) {
      throw new TidegateError('UNSAFE_KEY', `The key "${key}" in a template`, { place: { pointer } });
    }
  }
  return mapPiece(entries.map(([key, , piece]) => [key, piece] as const));
}

function writerOf(piece: Piece): Writer {
  return 'write' in piece ? piece.write : () => piece.value;
}

function listPiece(pieces: readonly Piece[]): Piece {
  if (pieces.every((piece) => 'value' in piece)) return { value: pieces.map((piece) => piece.value) };
  const writers = pieces.map(writerOf);
  return { write: (evaluation, exporter) => writers.map((write) => write(evaluation, exporter)) };
}

function mapPiece(entries: readonly (readonly [string, Piece])[]): Piece {
  const writers = entries.map(([key, piece]) => [key, writerOf(piece)] as const);
  const write: Writer = (evaluation, exporter) => {
    const map: Record<string, unknown> = {};
    for (const [key, writer] of writers) map[key] = writer(evaluation, exporter);
    return map;
  };
  if (entries.some(([, piece]) => 'write' in piece)) return { write };
  return {
    value: Object.fromEntries(entries.map(([key, piece]) => [key, 'value' in piece ? piece.value : null])),
  };
}

/** Literal text, or an expression. */
type Segment = string | { readonly text: string; readonly compiled: CompiledText };

function compileString(compilation: Compilation, text: string, pointer: string): Piece {
  if (!text.includes('${')) return { value: text };
  const segments = split(compilation, text, pointer);
  const [first, ...more] = segments;
  if (first === undefined) return { value: '' };
  if (more.length === 0) {
    if (typeof first === 'string') return { value: first };
    return { write: guarded(compilation, first.text, whole(first.compiled)) };
  }
  const runs = segments.map((segment) =>
    typeof segment === 'string' ? segment : asText(compilation, segment),
  );
  return {
    write: (evaluation, exporter) => {
      let result = '';
      for (const run of runs) result += typeof run === 'string' ? run : run(evaluation, exporter);
      return result;
    },
  };
}

function whole({ run }: CompiledText): Writer {
  return (evaluation, exporter) => exporter.toJson(run(evaluation));
}

function asText(compilation: Compilation, segment: Exclude<Segment, string>): Writer {
  const run: Closure = segment.compiled.run;
  return guarded(compilation, segment.text, (evaluation, exporter) =>
    exporter.toJson(toText(evaluation, run(evaluation))),
  );
}

function guarded(compilation: Compilation, text: string, write: Writer): Writer {
  return (evaluation, exporter) => {
    try {
      return write(evaluation, exporter);
    } catch (error) {
      throw failure(text, error, compilation.limits);
    }
  };
}

/** Cuts a string into literal text and expressions; neighbouring text is one segment. */
function split(compilation: Compilation, text: string, pointer: string): readonly Segment[] {
  const segments: Segment[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('${', at);
    if (next < 0) break;
    if (next > at && text[next - 1] === '$') {
      literal += `${text.slice(at, next - 1)}\${`;
      at = next + 2;
      continue;
    }
    literal += text.slice(at, next);
    if (literal !== '') segments.push(literal);
    literal = '';
    const end = endOf(compilation, text, next + 2, pointer);
    segments.push(compileSegment(compilation, text.slice(next + 2, end).trim(), pointer));
    at = end + 1;
  }
  literal += text.slice(at);
  if (literal !== '') segments.push(literal);
  return segments;
}

function endOf(compilation: Compilation, text: string, start: number, pointer: string): number {
  const scan = scanExpression(text, start, compilation.limits.expressionDepth, true);
  if ('end' in scan) return scan.end;
  const error =
    scan.kind === 'nesting'
      ? tooDeep(compilation.limits, text.slice(start))
      : invalidExpression(text, start - 2, 'a "${" that nothing closes (write "$${" for a literal one)');
  throw located(error, pointer);
}

function compileSegment(compilation: Compilation, text: string, pointer: string): Segment {
  try {
    const compiled = compileText(text, compilation.options);
    compilation.slots = Math.max(compilation.slots, compiled.slots);
    for (const name of compiled.references) compilation.references.add(name);
    for (const path of compiled.paths) compilation.paths.set(JSON.stringify(path), path);
    return { text, compiled };
  } catch (error) {
    if (error instanceof TidegateError) throw located(error, pointer);
    throw error;
  }
}

/** The same error with the place of the string in its document; the message keeps the place in the expression. */
function located(error: TidegateError, pointer: string): TidegateError {
  const place: Place = { pointer };
  return new TidegateError(error.code, error.message, {
    place,
    ...(error.details && { details: error.details }),
  });
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
