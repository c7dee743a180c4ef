import { type PathSyntax, readPath } from './path-syntax.ts';
import { isDigit, isWordCharacter, type Reader, takeNumber } from './syntax.ts';

/** A call such as `States.Format('{}', $.a)`. */
export interface CallSyntax {
  readonly kind: 'call';
  /** Without `States.`. */
  readonly name: string;
  readonly arguments: readonly ArgumentSyntax[];
  /** As it is written. */
  readonly text: string;
  /** Where it stands in the whole text. */
  readonly at: number;
}

export type ArgumentSyntax =
  | CallSyntax
  | { readonly kind: 'path'; readonly path: PathSyntax; readonly text: string }
  | {
      readonly kind: 'value';
      readonly value: string | number | boolean | null;
      readonly pieces?: readonly string[];
    };

export const INTRINSIC_PREFIX = 'States.';

/** Reads a call. Blanks may stand behind it, not before it. */
export function readCall(reader: Reader): CallSyntax {
  return reader.nested(() => {
    const at = reader.at;
    reader.expect(INTRINSIC_PREFIX, 'at the beginning of an intrinsic function');
    const name = reader.takeWhile(isWordCharacter);
    if (name === '') reader.fail('expected the name of an intrinsic function');
    reader.expect('(', `behind "${INTRINSIC_PREFIX}${name}"`);
    const list = readArguments(reader);
    return { kind: 'call', name, arguments: list, text: reader.text.slice(at, reader.at), at };
  });
}

function readArguments(reader: Reader): ArgumentSyntax[] {
  const list: ArgumentSyntax[] = [];
  reader.skipBlanks();
  if (reader.take(')')) return list;
  for (;;) {
    reader.skipBlanks();
    list.push(readArgument(reader));
    reader.skipBlanks();
    if (reader.take(')')) return list;
    reader.expect(',', 'or ")" behind an argument');
  }
}

function readArgument(reader: Reader): ArgumentSyntax {
  const start = reader.at;
  const { next } = reader;
  if (next === '$') {
    const path = readPath(reader);
    return { kind: 'path', path, text: reader.text.slice(start, reader.at) };
  }
  if (next === "'") return readString(reader);
  if (next === '-' || isDigit(next)) {
    return { kind: 'value', value: takeNumber(reader) ?? reader.fail('expected a number') };
  }
  if (reader.startsWith(INTRINSIC_PREFIX)) return readCall(reader);
  const word = reader.takeWhile(isWordCharacter);
  if (word === 'true' || word === 'false') return { kind: 'value', value: word === 'true' };
  if (word === 'null') return { kind: 'value', value: null };
  return reader.fail(
    "expected an argument: a path, a 'text', a number, true, false, null or an intrinsic function",
    start,
  );
}

const ESCAPABLE = "\\'{}";

/** Reads a text in single quotes; `pieces` is what stands between its `{}`, where braces are not escaped. */
function readString(reader: Reader): ArgumentSyntax {
  const start = reader.at++;
  const pieces: string[] = [];
  let value = '';
  let piece = '';
  while (!reader.take("'")) {
    if (reader.atEnd) reader.fail('a text without its closing quote', start);
    if (reader.take('{}')) {
      value += '{}';
      pieces.push(piece);
      piece = '';
      continue;
    }
    if (reader.next === '\\') {
      reader.at++;
      if (reader.atEnd || !ESCAPABLE.includes(reader.next)) {
        reader.fail("a backslash wants one of \\ ' { } behind it", reader.at - 1);
      }
    }
    value += reader.next;
    piece += reader.next;
    reader.at++;
  }
  return { kind: 'value', value, pieces: [...pieces, piece] };
}
