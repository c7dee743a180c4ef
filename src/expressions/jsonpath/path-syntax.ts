import { type Filter, readFilter } from './filter-syntax.ts';
import { asciiTable, isBlank, isDigit, isWordCharacter, type Reader } from './syntax.ts';

/** What a path starts from: `$`, `$$`, `$name`, or inside a filter `@`. */
export type Root =
  | { readonly kind: 'input' }
  | { readonly kind: 'context' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'current' };

export type Segment =
  | { readonly kind: 'names'; readonly names: readonly Name[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | {
      readonly kind: 'slice';
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly step: number;
    }
  /** `[(@.length-1)]`: the last element. An index that is written negative names none. */
  | { readonly kind: 'from-end'; readonly back: number }
  | { readonly kind: 'wildcard' }
  /** `..`: the segment behind it is applied to the value and everything in it. */
  | { readonly kind: 'descend' }
  | { readonly kind: 'filter'; readonly filter: Filter }
  /** `.length()`: the service has no functions, and looks for a member of that name. */
  | { readonly kind: 'call'; readonly name: Name };

export interface Name {
  readonly name: string;
  /** As written, where that differs: some texts escape characters that others take as they are. */
  readonly raw: string | undefined;
}

export interface PathSyntax {
  readonly root: Root;
  readonly segments: readonly Segment[];
}

/** Reads a path up to its end: the end of the text, a blank, or a character that no path goes on with. */
export function readPath(reader: Reader): PathSyntax {
  if (!reader.take('$')) reader.fail('a path begins with "$"');
  return { root: readRoot(reader), segments: readSegments(reader) };
}

function readRoot(reader: Reader): Root {
  if (reader.take('$')) return { kind: 'context' };
  const name = reader.takeWhile(isWordCharacter);
  if (name === '') return { kind: 'input' };
  if (isDigit(name[0]!)) reader.fail('the name of a variable begins with a letter', reader.at - name.length);
  return { kind: 'variable', name };
}

function readSegments(reader: Reader): Segment[] {
  const segments: Segment[] = [];
  for (;;) {
    if (reader.take('..')) {
      segments.push({ kind: 'descend' }, reader.next === '[' ? readBrackets(reader) : readDotted(reader));
    } else if (reader.take('.')) {
      segments.push(reader.next === '[' ? readBrackets(reader) : readDotted(reader));
    } else if (reader.next === '[') {
      segments.push(readBrackets(reader));
    } else {
      return segments;
    }
  }
}

const NOT_IN_NAMES = '.[](){},*=<>!&|\'"';

const ASCII_NAME = asciiTable((character) => !isBlank(character) && !NOT_IN_NAMES.includes(character));

function isNameCharacter(character: string): boolean {
  const code = character.charCodeAt(0);
  return code >= 128 || ASCII_NAME[code] === 1;
}

function readDotted(reader: Reader): Segment {
  if (reader.take('*')) return { kind: 'wildcard' };
  const name = reader.takeWhile(isNameCharacter);
  if (name === '') reader.fail('expected a name');
  if (reader.take('(')) {
    reader.expect(')', `behind "${name}("`);
    return { kind: 'call', name: { name: `${name}()`, raw: undefined } };
  }
  return { kind: 'names', names: [{ name, raw: undefined }] };
}

function readBrackets(reader: Reader): Segment {
  reader.expect('[', 'here');
  reader.skipBlanks();
  const segment = readInsideBrackets(reader);
  reader.skipBlanks();
  reader.expect(']', 'to close the bracket');
  return segment;
}

function readInsideBrackets(reader: Reader): Segment {
  const { next } = reader;
  if (next === '?') {
    reader.at++;
    return { kind: 'filter', filter: readFilter(reader, readOperandPath) };
  }
  if (next === '(') return readFromEnd(reader);
  if (reader.take('*')) return { kind: 'wildcard' };
  if (next === "'" || next === '"') return { kind: 'names', names: readList(reader, readQuotedName) };
  if (next === ':' || next === '-' || isDigit(next)) return readIndexes(reader);
  return reader.fail('expected a quoted name, an index, a slice, "*" or "?"');
}

/** A path inside a filter: also `@...`. */
function readOperandPath(reader: Reader): PathSyntax {
  return reader.take('@') ? { root: { kind: 'current' }, segments: readSegments(reader) } : readPath(reader);
}

function readList<T>(reader: Reader, read: (reader: Reader) => T): T[] {
  const list: T[] = [];
  do {
    reader.skipBlanks();
    list.push(read(reader));
    reader.skipBlanks();
  } while (reader.take(','));
  return list;
}

function readQuotedName(reader: Reader): Name {
  const quote = reader.next;
  if (quote !== "'" && quote !== '"') reader.fail('expected a quoted name');
  const start = reader.at++;
  let name = '';
  while (reader.next !== quote) {
    if (reader.atEnd) reader.fail('a name without its closing quote', start);
    if (reader.next === '\\') {
      reader.at++;
      if (reader.atEnd) reader.fail('a name without its closing quote', start);
      name += readEscape(reader);
    } else {
      name += reader.next;
      reader.at++;
    }
  }
  const written = reader.text.slice(start + 1, reader.at);
  reader.at++;
  return { name, raw: written === name ? undefined : written };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The character that an escape stands for; the backslash has been read. */
function readEscape(reader: Reader): string {
  const letter = reader.next;
  reader.at++;
  if (letter !== 'u') return ESCAPES[letter] ?? letter;
  const digits = reader.text.slice(reader.at, reader.at + 4);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) reader.fail('"\\u" wants four hexadecimal digits', reader.at - 2);
  reader.at += 4;
  return String.fromCharCode(Number.parseInt(digits, 16));
}

/** `(@.length-1)` */
function readFromEnd(reader: Reader): Segment {
  for (const part of ['(', '@.length', '-']) {
    reader.expect(part, 'as in "(@.length-1)"');
    reader.skipBlanks();
  }
  const back = readInteger(reader);
  reader.skipBlanks();
  reader.expect(')', 'as in "(@.length-1)"');
  return { kind: 'from-end', back };
}

function readIndexes(reader: Reader): Segment {
  const first = reader.next === ':' ? undefined : readInteger(reader);
  reader.skipBlanks();
  if (reader.take(':')) return readSlice(reader, first);
  const indexes = [first!];
  while (reader.take(',')) {
    reader.skipBlanks();
    indexes.push(readInteger(reader));
    reader.skipBlanks();
  }
  return { kind: 'indexes', indexes };
}

function readSlice(reader: Reader, from: number | undefined): Segment {
  const to = readOptionalInteger(reader);
  let step = 1;
  if (reader.take(':')) {
    const start = reader.at;
    step = readOptionalInteger(reader) ?? 1;
    if (step < 1) reader.fail('the step of a slice is a positive number', start);
  }
  return { kind: 'slice', from, to, step };
}

function readOptionalInteger(reader: Reader): number | undefined {
  reader.skipBlanks();
  const value = reader.next === '-' || isDigit(reader.next) ? readInteger(reader) : undefined;
  reader.skipBlanks();
  return value;
}

function readInteger(reader: Reader): number {
  const start = reader.at;
  const sign = reader.take('-') ? -1 : 1;
  const digits = reader.takeWhile(isDigit);
  const value = sign * Number(digits);
  if (digits === '' || !Number.isSafeInteger(value)) reader.fail('expected an index', start);
  return value === 0 ? 0 : value;
}

/** One name or one index. */
export function isSingle(segment: Segment): boolean {
  return (
    (segment.kind === 'names' && segment.names.length === 1) ||
    (segment.kind === 'indexes' && segment.indexes.length === 1)
  );
}

/** Whether it names one thing: a name, an index, an element counted from the end, or a call. */
export function isOne(segment: Segment): boolean {
  return isSingle(segment) || segment.kind === 'from-end' || segment.kind === 'call';
}

/** Whether the path gives one value at most. Several names at its end give one object. */
export function isDefinite(segments: readonly Segment[]): boolean {
  return segments.every(
    (segment, at) => isOne(segment) || (segment.kind === 'names' && at === segments.length - 1),
  );
}

/** The path as the service writes it in its messages: `$['a'][0]`. */
export function canonicalPath({ root }: PathSyntax, segments: readonly Segment[]): string {
  return rootText(root) + segments.map(canonicalSegment).join('');
}

export function rootText(root: Root): string {
  if (root.kind === 'context') return '$$';
  return root.kind === 'variable' ? `$${root.name}` : '$';
}

export function canonicalSegment(segment: Segment): string {
  switch (segment.kind) {
    case 'names':
      return `[${segment.names.map(({ name }) => `'${name}'`).join(', ')}]`;
    case 'indexes':
      return `[${segment.indexes.join(',')}]`;
    case 'from-end':
      return `[(@.length-${segment.back})]`;
    case 'slice':
      return `[${segment.from ?? ''}:${segment.to ?? ''}]`;
    case 'wildcard':
      return '[*]';
    case 'descend':
      return '..';
    case 'filter':
      return '[?]';
    default:
      return `['${segment.name.name}']`;
  }
}
