import { type Evaluation, Fault } from './evaluation.ts';
import type { FunctionRow } from './function-row.ts';
import { requireInteger, requireList, requireString } from './values.ts';

/** A string argument, a pass over which is paid for. */
function read(evaluation: Evaluation, what: string, value: unknown): string {
  const text = requireString(value, what);
  evaluation.chargeText(text.length);
  return text;
}

/** A text and a part to look for in it, the search paid for. */
function readSearch(
  evaluation: Evaluation,
  what: string,
  value: unknown,
  part: unknown,
): [text: string, part: string] {
  const text = requireString(value, what);
  const wanted = requireString(part, what);
  evaluation.chargeSearch(text.length, wanted.length);
  return [text, wanted];
}

/** The UTF-16 offset of a position counted in code points, or undefined beyond the end. */
function offsetOf(text: string, position: number): number | undefined {
  let offset = 0;
  for (let i = 0; i < position; i++) {
    if (offset >= text.length) return undefined;
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  }
  return offset;
}

function positionOf(text: string, offset: number): number {
  let position = 0;
  for (let at = 0; at < offset; position++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return position;
}

function requireOffset(text: string, position: unknown, what: string): number {
  const count = requireInteger(position, what);
  const offset = count < 0 ? undefined : offsetOf(text, count);
  if (offset === undefined) throw new Fault(`${what}: position ${count} is outside the string`);
  return offset;
}

function substring(evaluation: Evaluation, value: unknown, start: unknown, end?: unknown): string {
  const text = read(evaluation, 'substring()', value);
  const from = requireOffset(text, start, 'substring()');
  const to = end === undefined ? text.length : requireOffset(text, end, 'substring()');
  if (to < from) throw new Fault('substring(): the end is before the start');
  return text.slice(from, to);
}

function charAt(evaluation: Evaluation, value: unknown, position: unknown): string {
  const text = read(evaluation, 'charAt()', value);
  const offset = requireOffset(text, position, 'charAt()');
  return offset === text.length ? '' : String.fromCodePoint(text.codePointAt(offset)!);
}

function indexOf(evaluation: Evaluation, value: unknown, part: unknown, from?: unknown): number {
  const [text, wanted] = readSearch(evaluation, 'indexOf()', value, part);
  const found = text.indexOf(wanted, from === undefined ? 0 : requireOffset(text, from, 'indexOf()'));
  return found < 0 ? -1 : positionOf(text, found);
}

function lastIndexOf(evaluation: Evaluation, value: unknown, part: unknown, from?: unknown): number {
  const [text, wanted] = readSearch(evaluation, 'lastIndexOf()', value, part);
  const start = from === undefined ? text.length : requireOffset(text, from, 'lastIndexOf()');
  const found = text.lastIndexOf(wanted, start);
  return found < 0 ? -1 : positionOf(text, found);
}

/** Like Go's SplitN: a limit of 0 gives nothing, a negative one everything, and the last part keeps the rest. */
function split(
  evaluation: Evaluation,
  value: unknown,
  separator: unknown,
  limit?: unknown,
): readonly string[] {
  const [text, by] = readSearch(evaluation, 'split()', value, separator);
  const most = limit === undefined ? -1 : requireInteger(limit, 'split()');
  if (most === 0) return [];
  const parts = by === '' ? [...text] : text.split(by);
  evaluation.charge(parts.length);
  if (most < 0 || parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(by)];
}

function replace(
  evaluation: Evaluation,
  value: unknown,
  from: unknown,
  to: unknown,
  limit?: unknown,
): string {
  const replacement = requireString(to, 'replace()');
  const wanted = requireString(from, 'replace()');
  if (wanted === '') throw new Fault('replace(): the text to replace is empty');
  const most = limit === undefined ? -1 : requireInteger(limit, 'replace()');
  const parts = split(evaluation, value, wanted, most < 0 ? -1 : most + 1) as string[];
  return joinParts(evaluation, parts, replacement);
}

function join(evaluation: Evaluation, value: unknown, separator?: unknown): string {
  const list = requireList(value, 'join()');
  evaluation.charge(list.length);
  const parts = list.map((part) =>
    requireString(part, 'join() of a list (try .map(x, string(x)) first); it'),
  );
  return joinParts(evaluation, parts, separator === undefined ? '' : requireString(separator, 'join()'));
}

/** Measures the result before it is built. */
function joinParts(evaluation: Evaluation, parts: readonly string[], separator: string): string {
  let size = Math.max(0, parts.length - 1) * separator.length;
  for (const part of parts) size += part.length;
  evaluation.requireResult(size);
  evaluation.chargeText(size);
  return parts.join(separator);
}

function test(name: string, check: (text: string, part: string) => boolean): FunctionRow {
  return {
    name,
    form: 'method',
    arity: [2, 2],
    call: (evaluation, value, part) => check(...readSearch(evaluation, `${name}()`, value, part)),
  };
}

function change(name: string, apply: (text: string) => string): FunctionRow {
  return {
    name,
    form: 'method',
    arity: [1, 1],
    call: (evaluation, value) => apply(read(evaluation, `${name}()`, value)),
  };
}

/** Tests and the functions of CEL's strings extension. Positions count code points. */
export const STRING_FUNCTIONS: readonly FunctionRow[] = [
  test('contains', (text, part) => text.includes(part)),
  test('startsWith', (text, part) => text.startsWith(part)),
  test('endsWith', (text, part) => text.endsWith(part)),
  change('lowerAscii', (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())),
  change('upperAscii', (text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())),
  change('trim', (text) => text.trim()),
  { name: 'substring', form: 'method', arity: [2, 3], call: substring },
  { name: 'charAt', form: 'method', arity: [2, 2], call: charAt },
  { name: 'indexOf', form: 'method', arity: [2, 3], call: indexOf },
  { name: 'lastIndexOf', form: 'method', arity: [2, 3], call: lastIndexOf },
  { name: 'split', form: 'method', arity: [2, 3], call: split },
  { name: 'replace', form: 'method', arity: [3, 4], call: replace },
  { name: 'join', form: 'method', arity: [1, 2], call: join },
];
