/**
 * JSON as text: where a syntax error lies and where a pointer points. `JSON.parse` does the parsing; this is read
 * only when somebody needs a line and a column. Nothing here recurses, so depth costs no stack.
 */
export interface TextPosition {
  /** Both from 1; a column counts UTF-16 units, as editors do. */
  readonly line: number;
  readonly column: number;
}

export function positionAt(text: string, offset: number): TextPosition {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

/**
 * Position of what an RFC 6901 pointer names in a valid JSON text: a member's key, an element's first character.
 * Of a key given twice the last counts, as in `JSON.parse`. Undefined where the pointer leads nowhere.
 */
export function locate(text: string, pointer: string): TextPosition | undefined {
  let value = skipSpace(text, 0);
  if (pointer === '') return positionAt(text, value);
  if (!pointer.startsWith('/')) return undefined;
  let place = value;
  for (const token of pointer.slice(1).split('/')) {
    const found = childOf(text, value, token.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (!found) return undefined;
    place = found.place;
    value = found.value;
  }
  return positionAt(text, place);
}

interface Child {
  readonly place: number;
  readonly value: number;
}

function childOf(text: string, container: number, name: string): Child | undefined {
  const open = text[container];
  if (open !== '{' && open !== '[') return undefined;
  let found: Child | undefined;
  let at = skipSpace(text, container + 1);
  for (let index = 0; at < text.length && text[at] !== '}' && text[at] !== ']'; index++) {
    const place = at;
    let key = '';
    if (open === '{') {
      const end = endOfString(text, at);
      key = JSON.parse(text.slice(at, end)) as string;
      at = skipSpace(text, skipSpace(text, end) + 1); // past the colon
    } else {
      key = String(index);
    }
    if (key === name) found = { place, value: at };
    at = skipSpace(text, endOfValue(text, at));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return found;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) break;
  }
  return at;
}

/** Offset after the string that begins at `from`; the text's length where it is not closed. */
export function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

function endOfValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const c = text[at];
    if (c === '"') {
      at = endOfString(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') {
      if (depth === 0) return at; // the end of a bare number or word before it
      if (--depth === 0) return at + 1;
    } else if (c === ',' && depth === 0) return at;
    at++;
  }
  return at;
}

export interface SyntaxFault {
  readonly offset: number;
  /** E.g. `expected "," or "}"`. */
  readonly expected: string;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar of RFC 8259 section 7
const STRING_PART = /[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The first place where a text breaks the grammar of RFC 8259; undefined for a valid one. */
export function findSyntaxFault(text: string): SyntaxFault | undefined {
  const stack: string[] = [];
  let at = skipSpace(text, 0);
  let key = false; // a key is due, rather than a value
  let mayClose = false; // and the container may also end here
  for (;;) {
    const c = text[at];
    const container = stack.at(-1);
    if (mayClose && c === container) {
      stack.pop();
      at++;
    } else if (key) {
      if (c !== '"')
        return {
          offset: at,
          expected: mayClose ? 'a key in double quotes or "}"' : 'a key in double quotes',
        };
      const end = scanString(text, at);
      if (typeof end !== 'number') return end;
      at = skipSpace(text, end);
      if (text[at] !== ':') return { offset: at, expected: '":" after the key' };
      at = skipSpace(text, at + 1);
      key = false;
      mayClose = false;
      continue;
    } else if (c === '{' || c === '[') {
      stack.push(c === '{' ? '}' : ']');
      at = skipSpace(text, at + 1);
      key = c === '{';
      mayClose = true;
      continue;
    } else {
      const end = scanScalar(text, at, mayClose);
      if (typeof end !== 'number') return end;
      at = end;
    }
    // A value has ended: close containers, or go on after a comma.
    at = skipSpace(text, at);
    while (stack.length > 0 && text[at] === stack.at(-1)) {
      stack.pop();
      at = skipSpace(text, at + 1);
    }
    const open = stack.at(-1);
    if (open === undefined)
      return at < text.length ? { offset: at, expected: 'the end of the text' } : undefined;
    if (text[at] !== ',') return { offset: at, expected: `"," or "${open}"` };
    at = skipSpace(text, at + 1);
    key = open === '}';
    mayClose = false;
  }
}

function scanScalar(text: string, at: number, mayClose: boolean): number | SyntaxFault {
  if (text[at] === '"') return scanString(text, at);
  NUMBER.lastIndex = at;
  if (NUMBER.test(text)) return NUMBER.lastIndex;
  WORD.lastIndex = at;
  if (WORD.test(text)) return WORD.lastIndex;
  return { offset: at, expected: mayClose ? 'a value or "]"' : 'a value' };
}

function scanString(text: string, from: number): number | SyntaxFault {
  let at = from + 1;
  while (text[at] !== '"') {
    STRING_PART.lastIndex = at;
    if (!STRING_PART.test(text)) {
      return {
        offset: at,
        expected: at < text.length ? 'a valid escape or character in the string' : 'a closing quote',
      };
    }
    at = STRING_PART.lastIndex;
  }
  return at + 1;
}
