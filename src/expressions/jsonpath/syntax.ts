import { TidegateError } from '../../model/errors.ts';
import { type Limits, requireWithin } from '../../model/limits.ts';

/** A text that is being read from left to right. */
export class Reader {
  readonly text: string;
  readonly limits: Limits;
  at = 0;
  #depth = 0;

  constructor(text: string, limits: Limits) {
    requireWithin(limits, 'expressionLength', text.length, 'The length of an expression');
    this.text = text;
    this.limits = limits;
  }

  get next(): string {
    return this.text[this.at] ?? '';
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  startsWith(part: string): boolean {
    return this.text.startsWith(part, this.at);
  }

  /** Steps over `part` if it is next. */
  take(part: string): boolean {
    if (!this.startsWith(part)) return false;
    this.at += part.length;
    return true;
  }

  expect(part: string, where: string): void {
    if (!this.take(part)) this.fail(`expected "${part}" ${where}`);
  }

  skipBlanks(): void {
    while (isBlank(this.next)) this.at++;
  }

  /** Reads while `accepts` does; may be empty. */
  takeWhile(accepts: (character: string) => boolean): string {
    const start = this.at;
    while (!this.atEnd && accepts(this.next)) this.at++;
    return this.text.slice(start, this.at);
  }

  /** Reads something nested; throws LIMIT_EXCEEDED beyond `expressionDepth`. */
  nested<T>(read: () => T): T {
    this.#depth++;
    requireWithin(this.limits, 'expressionDepth', this.#depth, 'The nesting of an expression');
    const result = read();
    this.#depth--;
    return result;
  }

  /** Throws INVALID_EXPRESSION for the character at `at`, columns counting from 1. */
  fail(problem: string, at = this.at): never {
    const text = this.text.length > 200 ? `${this.text.slice(0, 200)}...` : this.text;
    throw new TidegateError('INVALID_EXPRESSION', `"${text}", column ${at + 1}: ${problem}`, {
      place: { column: at + 1 },
      details: { expression: this.text, column: at + 1 },
    });
  }
}

export function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

export function isDigit(character: string): boolean {
  return character >= '0' && character <= '9' && character.length === 1;
}

const NUMBER = /-?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,4})?/y;

/** Reads a JSON number, or nothing. */
export function takeNumber(reader: Reader): number | undefined {
  NUMBER.lastIndex = reader.at;
  const match = NUMBER.exec(reader.text);
  if (match === null) return undefined;
  const value = Number(match[0]);
  if (!Number.isFinite(value)) reader.fail('a number too large');
  reader.at += match[0].length;
  return value;
}

const WORD = /\p{ID_Continue}/u;
const ASCII_WORD = asciiTable((character) => WORD.test(character));

/** A table of the ASCII characters, as the look into it costs a part of the question. */
export function asciiTable(holds: (character: string) => boolean): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => (holds(String.fromCharCode(code)) ? 1 : 0));
}

/** Whether a character may stand in the name of a variable or function. */
export function isWordCharacter(character: string): boolean {
  const code = character.charCodeAt(0);
  return code < 128 ? ASCII_WORD[code] === 1 : WORD.test(character);
}
