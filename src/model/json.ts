import { isUtf8 } from 'node:buffer';
import { TidegateError } from './errors.ts';
import { endOfString, findSyntaxFault, positionAt } from './json-text.ts';
import type { Limits } from './limits.ts';

export { locate, type TextPosition } from './json-text.ts';

/**
 * Parses JSON that comes from outside. Throws INVALID_JSON with line and column, NESTING_TOO_DEEP before anything is
 * built, and UNSAFE_KEY for keys that could reach an object's prototype. A key given twice: the last counts.
 * Beyond `JSON.parse` an ordinary event costs a few native scans of its text.
 */
export function parseJson(input: string | Uint8Array, limits: Pick<Limits, 'jsonDepth'>): unknown {
  const text = typeof input === 'string' ? input : decodeUtf8(input);
  if (mayExceed(text, limits.jsonDepth)) requireDepth(text, limits.jsonDepth);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalidJson(text, error);
  }
  if (mayHoldUnsafeKey(text)) refuseUnsafeKeys(value);
  return value;
}

/** UTF-8 text without a byte order mark; INVALID_JSON for other bytes. */
export function decodeUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new TidegateError('INVALID_JSON', 'the JSON is not valid UTF-8');
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + marked, bytes.byteLength - marked).toString('utf8');
}

/** Whether there are more opening brackets than levels allowed: cheap, and false for nearly every document. */
function mayExceed(text: string, depth: number): boolean {
  if (text.length <= depth * 2) return false;
  let open = 0;
  for (let at = text.indexOf('{'); at >= 0; at = text.indexOf('{', at + 1)) if (++open > depth) return true;
  for (let at = text.indexOf('['); at >= 0; at = text.indexOf('[', at + 1)) if (++open > depth) return true;
  return false;
}

function requireDepth(text: string, maximum: number): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 0x22) {
      at = endOfString(text, at) - 1;
    } else if (c === 0x7b || c === 0x5b) {
      if (++depth > maximum) {
        throw new TidegateError(
          'NESTING_TOO_DEEP',
          `the JSON is nested deeper than ${maximum} levels (the limit jsonDepth)`,
          {
            place: positionAt(text, at),
            details: { limit: 'jsonDepth', maximum },
          },
        );
      }
    } else if (c === 0x7d || c === 0x5d) {
      depth--;
    }
  }
}

/** Rare parts of `constructor`, `prototype` and `__proto__`: one scan costs half of three exact searches. */
const SUSPECT = /struct|totype|roto__/;

/** The keys as they are written, or an escape that could hide one; words beside them cost a walk, nothing else. */
function mayHoldUnsafeKey(text: string): boolean {
  return SUSPECT.test(text) || text.includes('\\u');
}

/** Throws UNSAFE_KEY with the pointer of the first such key. For values that came by another way than `parseJson`. */
export function refuseUnsafeKeys(value: unknown): void {
  const pointer = findUnsafeKey(value);
  if (pointer === undefined) return;
  throw new TidegateError('UNSAFE_KEY', `the key at ${pointer} is not allowed`, { place: { pointer } });
}

function findUnsafeKey(root: unknown): string | undefined {
  const open: { value: object; pointer: string }[] = [];
  const visit = (value: unknown, pointer: () => string) => {
    if (typeof value === 'object' && value !== null) open.push({ value, pointer: pointer() });
  };
  visit(root, () => '');
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, pointer } = next;
    if (Array.isArray(value)) {
      value.forEach((element, index) => {
        visit(element, () => `${pointer}/${index}`);
      });
      continue;
    }
    for (const key of Object.keys(value)) {
      const here = () => `${pointer}/${escapePointer(key)}`;
      if (key === '__proto__' || key === 'constructor' || key === 'prototype') return here();
      visit((value as Record<string, unknown>)[key], here);
    }
  }
  return undefined;
}

/** One token of an RFC 6901 pointer. */
export function escapePointer(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

function invalidJson(text: string, cause: unknown): TidegateError {
  const fault = findSyntaxFault(text);
  if (!fault)
    return new TidegateError('INVALID_JSON', `the JSON cannot be read: ${String(cause)}`, { cause });
  const place = positionAt(text, fault.offset);
  const found =
    text.length <= fault.offset ? 'the end' : JSON.stringify(text.slice(fault.offset, fault.offset + 16));
  return new TidegateError(
    'INVALID_JSON',
    `line ${place.line}, column ${place.column}: expected ${fault.expected}, found ${found}`,
    { cause, place },
  );
}
