import type { PathSyntax } from './path-syntax.ts';
import { isBlank, isWordCharacter, type Reader } from './syntax.ts';

/** What stands in `[?( )]`. */
export type Filter =
  | { readonly kind: 'or' | 'and'; readonly terms: readonly Filter[] }
  | { readonly kind: 'not'; readonly term: Filter }
  | { readonly kind: 'exists'; readonly path: PathSyntax }
  | {
      readonly kind: 'compare';
      readonly operator: FilterOperator;
      readonly left: Operand;
      readonly right: Operand;
    };

export type Operand =
  | { readonly kind: 'path'; readonly path: PathSyntax }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'pattern'; readonly pattern: string };

/** Longer ones first, so that `<=` is not read as `<`. */
const SIGNS = ['==', '!=', '=~', '<=', '>=', '<', '>'] as const;
const WORDS = ['in', 'nin', 'contains', 'subsetof', 'anyof', 'noneof', 'size', 'empty'] as const;
export type FilterOperator = (typeof SIGNS)[number] | (typeof WORDS)[number];

type PathReader = (reader: Reader) => PathSyntax;

/** Reads a filter; `?` has been read. */
export function readFilter(reader: Reader, readPath: PathReader): Filter {
  return reader.nested(() => {
    const terms = [readConjunction(reader, readPath)];
    while (takeSign(reader, '||')) terms.push(readConjunction(reader, readPath));
    return terms.length === 1 ? terms[0]! : { kind: 'or', terms };
  });
}

function readConjunction(reader: Reader, readPath: PathReader): Filter {
  const terms = [readTerm(reader, readPath)];
  while (takeSign(reader, '&&')) terms.push(readTerm(reader, readPath));
  return terms.length === 1 ? terms[0]! : { kind: 'and', terms };
}

function takeSign(reader: Reader, sign: string): boolean {
  reader.skipBlanks();
  return reader.take(sign);
}

function readTerm(reader: Reader, readPath: PathReader): Filter {
  if (takeSign(reader, '!')) return reader.nested(() => ({ kind: 'not', term: readTerm(reader, readPath) }));
  if (reader.take('(')) {
    const filter = readFilter(reader, readPath);
    reader.skipBlanks();
    reader.expect(')', 'to close the filter');
    return filter;
  }
  return readComparison(reader, readPath);
}

function readComparison(reader: Reader, readPath: PathReader): Filter {
  const start = reader.at;
  const left = readOperand(reader, readPath);
  const operator = readOperator(reader);
  if (operator !== undefined) {
    reader.skipBlanks();
    const right: Operand =
      operator === '=~' ? { kind: 'pattern', pattern: readPattern(reader) } : readOperand(reader, readPath);
    return { kind: 'compare', operator, left, right };
  }
  if (left.kind !== 'path') reader.fail('expected a path, or a comparison', start);
  return { kind: 'exists', path: left.path };
}

function readOperator(reader: Reader): FilterOperator | undefined {
  reader.skipBlanks();
  const sign = SIGNS.find((each) => reader.startsWith(each));
  if (sign !== undefined) {
    reader.at += sign.length;
    // "===" and "!==" are other ways to write the same.
    if (sign === '==' || sign === '!=') reader.take('=');
    return sign;
  }
  const start = reader.at;
  const word = reader.takeWhile(isWordCharacter).toLowerCase();
  if (word === '') return undefined;
  return WORDS.find((each) => each === word) ?? reader.fail(`there is no operator "${word}"`, start);
}

function readOperand(reader: Reader, readPath: PathReader): Operand {
  reader.skipBlanks();
  const { next } = reader;
  if (next === '@' || next === '$') return { kind: 'path', path: readPath(reader) };
  return { kind: 'value', value: readValue(reader) };
}

function readValue(reader: Reader): unknown {
  const { next } = reader;
  if (next === "'" || next === '"') return readString(reader, next);
  if (next === '[') return reader.nested(() => readArray(reader));
  return readBare(reader);
}

const NOT_IN_BARE_TEXTS = '()[]{}&|,<>=!\'"';
const BARE_NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A number, `true`, `false`, `null`, or a text without quotes. */
function readBare(reader: Reader): unknown {
  const start = reader.at;
  const text = reader.takeWhile((character) => !isBlank(character) && !NOT_IN_BARE_TEXTS.includes(character));
  switch (text) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    case '':
      return reader.fail('expected a path or a value');
    default: {
      if (!BARE_NUMBER.test(text)) return text;
      const value = Number(text);
      return Number.isFinite(value) ? value : reader.fail('a number too large', start);
    }
  }
}

function readArray(reader: Reader): unknown[] {
  reader.expect('[', 'here');
  const list: unknown[] = [];
  reader.skipBlanks();
  if (reader.take(']')) return list;
  do {
    reader.skipBlanks();
    list.push(readValue(reader));
    reader.skipBlanks();
  } while (reader.take(','));
  reader.expect(']', 'to close the list');
  return list;
}

function readString(reader: Reader, quote: string): string {
  const start = reader.at++;
  let text = '';
  while (!reader.take(quote)) {
    if (reader.next === '\\') reader.at++;
    if (reader.atEnd) reader.fail('a string without its closing quote', start);
    text += reader.next;
    reader.at++;
  }
  return text;
}

/** A pattern with its flags in front: `/a+/i` gives `(?i)a+`. */
function readPattern(reader: Reader): string {
  const start = reader.at;
  reader.expect('/', 'for the pattern behind "=~"');
  let pattern = '';
  while (!reader.take('/')) {
    if (reader.atEnd) reader.fail('a pattern without its closing "/"', start);
    if (reader.next === '\\' && reader.text[reader.at + 1] !== '/') {
      pattern += '\\';
      reader.at++;
    } else if (reader.next === '\\') {
      reader.at++;
    }
    pattern += reader.next;
    reader.at++;
  }
  const flags = reader.takeWhile((character) => 'ismu'.includes(character)).replace('u', '');
  return flags === '' ? pattern : `(?${flags})${pattern}`;
}
