import { complement, DIGITS, NOT_LINE_END, type Range, SPACE, WORD } from './sets.ts';

/** A regular expression as a tree. Sets are of UTF-16 code units. */
export type Pattern =
  | { readonly type: 'set'; readonly ranges: readonly Range[]; readonly negated: boolean }
  | { readonly type: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly type: 'choice'; readonly options: readonly Pattern[] }
  | { readonly type: 'group'; readonly index: number; readonly body: Pattern }
  | {
      readonly type: 'repeat';
      readonly body: Pattern;
      readonly least: number;
      readonly most: number;
      readonly greedy: boolean;
      /** The groups inside: their numbers from `groups[0]` to before `groups[1]`. */
      readonly groups: readonly [number, number];
    }
  | { readonly type: 'assert'; readonly kind: '^' | '$' | 'b' | 'B' };

/** The pattern needs what a search in linear time cannot do, or is too large. */
export class UnsupportedPattern extends Error {}

const DEEPEST = 200;

/** Reads a pattern that `RegExp` accepts (without the flag u). Throws UnsupportedPattern. */
export function parsePattern(source: string): { readonly pattern: Pattern; readonly groups: number } {
  const reader = new PatternReader(source);
  const pattern = reader.choice(0);
  return { pattern, groups: reader.groups };
}

const CLASS_ESCAPES: Readonly<Record<string, readonly Range[]>> = {
  d: DIGITS,
  D: complement(DIGITS),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
};

const CONTROL_ESCAPES: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

const QUANTIFIER = /\*|\+|\?|\{(\d+)(,(\d*))?\}/y;

class PatternReader {
  groups = 0;
  readonly #source: string;
  readonly #all: number;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
    this.#all = countGroups(source);
  }

  choice(depth: number): Pattern {
    if (depth > DEEPEST) throw new UnsupportedPattern('nested too deeply');
    const options = [this.#sequence(depth)];
    while (this.#source[this.#at] === '|') {
      this.#at++;
      options.push(this.#sequence(depth));
    }
    return options.length === 1 ? options[0]! : { type: 'choice', options };
  }

  #sequence(depth: number): Pattern {
    const parts: Pattern[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at]!)) {
      const before = this.groups;
      const part = this.#term(depth);
      parts.push(part.type === 'assert' ? part : this.#repeated(part, before));
    }
    return parts.length === 1 ? parts[0]! : { type: 'sequence', parts };
  }

  #repeated(body: Pattern, before: number): Pattern {
    const found = this.#take(QUANTIFIER);
    if (found === null) return body;
    const [text, count, range, upper] = found;
    const least = count === undefined ? (text === '+' ? 1 : 0) : Number(count);
    const most =
      count === undefined
        ? text === '?'
          ? 1
          : Number.POSITIVE_INFINITY
        : range === undefined
          ? least
          : upper === ''
            ? Number.POSITIVE_INFINITY
            : Number(upper);
    const greedy = this.#source[this.#at] !== '?';
    if (!greedy) this.#at++;
    return { type: 'repeat', body, least, most, greedy, groups: [before + 1, this.groups + 1] };
  }

  #term(depth: number): Pattern {
    const character = this.#source[this.#at++]!;
    switch (character) {
      case '^':
      case '$':
        return { type: 'assert', kind: character };
      case '.':
        return set(NOT_LINE_END);
      case '(':
        return this.#group(depth);
      case '[':
        return this.#class();
      case '\\':
        return this.#escape();
      default:
        return single(character.charCodeAt(0));
    }
  }

  #group(depth: number): Pattern {
    let index = 0;
    if (this.#source[this.#at] !== '?') index = ++this.groups;
    else if (this.#take(/\?<(?![=!])[^>]*>/y) !== null) index = ++this.groups;
    else if (this.#take(/\?:/y) === null) throw new UnsupportedPattern('lookahead, lookbehind or modifiers');
    const body = this.choice(depth + 1);
    this.#at++;
    return index === 0 ? body : { type: 'group', index, body };
  }

  #escape(): Pattern {
    const character = this.#source[this.#at]!;
    if (character === 'b' || character === 'B') {
      this.#at++;
      return { type: 'assert', kind: character };
    }
    if (character === 'k' && /\(\?<(?![=!])/.test(this.#source))
      throw new UnsupportedPattern('a reference to a group');
    if (
      /[1-9]/.test(character) &&
      Number(/^\d+/.exec(this.#source.slice(this.#at, this.#at + 9))![0]) <= this.#all
    ) {
      throw new UnsupportedPattern('a reference to a group');
    }
    return this.#characterEscape(false);
  }

  #characterEscape(inClass: boolean): Pattern {
    const character = this.#source[this.#at++]!;
    const named = CLASS_ESCAPES[character];
    if (named !== undefined) return set(named);
    const control = CONTROL_ESCAPES[character];
    if (control !== undefined) return single(control);
    if (inClass && character === 'b') return single(8);
    if (character === 'c') {
      const letter = this.#take(inClass ? /[A-Za-z0-9_]/y : /[A-Za-z]/y);
      if (letter !== null) return single(letter[0].charCodeAt(0) % 32);
      this.#at--;
      return single(0x5c);
    }
    const hex =
      character === 'x'
        ? this.#take(/[0-9a-fA-F]{2}/y)
        : character === 'u'
          ? this.#take(/[0-9a-fA-F]{4}/y)
          : null;
    if (hex !== null) return single(Number.parseInt(hex[0], 16));
    if (/[0-7]/.test(character)) {
      this.#at--;
      return single(Number.parseInt(this.#take(/[0-3][0-7]{0,2}|[4-7][0-7]?/y)![0], 8));
    }
    return single(character.charCodeAt(0));
  }

  #class(): Pattern {
    const negated = this.#source[this.#at] === '^';
    if (negated) this.#at++;
    const ranges: Range[] = [];
    while (this.#source[this.#at] !== ']') {
      const first = this.#classAtom();
      const next = this.#source.slice(this.#at, this.#at + 2);
      if (!next.startsWith('-') || next === '-]') {
        ranges.push(...first);
        continue;
      }
      this.#at++;
      const last = this.#classAtom();
      const from = onlyUnit(first);
      const to = onlyUnit(last);
      if (from === undefined || to === undefined) ranges.push(...first, ...last, [0x2d, 0x2d]);
      else ranges.push([from, to]);
    }
    this.#at++;
    return { type: 'set', ranges, negated };
  }

  #classAtom(): readonly Range[] {
    const character = this.#source[this.#at++]!;
    if (character !== '\\') return [[character.charCodeAt(0), character.charCodeAt(0)]];
    const atom = this.#characterEscape(true);
    return atom.type === 'set' ? atom.ranges : [];
  }

  #take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#source);
    if (found !== null) this.#at += found[0].length;
    return found;
  }
}

function onlyUnit(ranges: readonly Range[]): number | undefined {
  const [first] = ranges;
  return ranges.length === 1 && first![0] === first![1] ? first![0] : undefined;
}

function set(ranges: readonly Range[]): Pattern {
  return { type: 'set', ranges, negated: false };
}

function single(unit: number): Pattern {
  return set([[unit, unit]]);
}

function countGroups(source: string): number {
  const pieces = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\((?!\?)|\(\?<(?![=!])/g;
  return (source.match(pieces) ?? []).filter((piece) => piece.startsWith('(')).length;
}
