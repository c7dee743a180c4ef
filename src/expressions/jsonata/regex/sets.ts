/** A set of UTF-16 code units: sorted ranges that do not touch. */
export class CharacterSet {
  /** First and last of each range, one after the other. */
  readonly #ranges: Uint32Array;
  readonly #ascii = new Uint8Array(128);

  constructor(ranges: readonly Range[]) {
    const merged = mergeRanges(ranges);
    this.#ranges = Uint32Array.from(merged.flat());
    for (const [first, last] of merged) for (let i = first; i <= last && i < 128; i++) this.#ascii[i] = 1;
  }

  has(unit: number): boolean {
    if (unit < 128) return this.#ascii[unit] === 1;
    const ranges = this.#ranges;
    let low = 0;
    let high = ranges.length / 2 - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (unit < ranges[middle * 2]!) high = middle - 1;
      else if (unit > ranges[middle * 2 + 1]!) low = middle + 1;
      else return true;
    }
    return false;
  }

  get ranges(): readonly Range[] {
    const pairs: Range[] = [];
    for (let i = 0; i < this.#ranges.length; i += 2) pairs.push([this.#ranges[i]!, this.#ranges[i + 1]!]);
    return pairs;
  }
}

export type Range = readonly [first: number, last: number];

const LAST_UNIT = 0xffff;

function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** Everything that is in none of the ranges. */
export function complement(ranges: readonly Range[]): readonly Range[] {
  const outside: Range[] = [];
  let next = 0;
  for (const [first, last] of mergeRanges(ranges)) {
    if (first > next) outside.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= LAST_UNIT) outside.push([next, LAST_UNIT]);
  return outside;
}

export const DIGITS: readonly Range[] = [[0x30, 0x39]];
export const WORD: readonly Range[] = [...DIGITS, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
const LINE_ENDS: readonly Range[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
export const SPACE: readonly Range[] = [
  ...LINE_ENDS,
  [0x09, 0x0c],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
export const NOT_LINE_END: readonly Range[] = complement(LINE_ENDS);

const WORD_SET = new CharacterSet(WORD);
const LINE_END_SET = new CharacterSet(LINE_ENDS);

export function isWord(unit: number): boolean {
  return WORD_SET.has(unit);
}
export function isLineEnd(unit: number): boolean {
  return LINE_END_SET.has(unit);
}

let upperCase: Uint16Array | undefined;

/** The unit that stands for a unit and its other case (ECMAScript's Canonicalize without the flag u). */
export function canonical(unit: number): number {
  upperCase ??= Uint16Array.from({ length: LAST_UNIT + 1 }, (_, each) => {
    const upper = String.fromCharCode(each).toUpperCase();
    const code = upper.charCodeAt(0);
    return upper.length !== 1 || (each >= 128 && code < 128) ? each : code;
  });
  return upperCase[unit]!;
}

/** The canonical units of all that is in the ranges. */
export function canonicalRanges(ranges: readonly Range[]): readonly Range[] {
  const marks = new Uint8Array(LAST_UNIT + 2);
  for (const [first, last] of mergeRanges(ranges)) {
    for (let unit = first; unit <= last; unit++) marks[canonical(unit)] = 1;
  }
  const found: Range[] = [];
  let start = -1;
  for (let unit = 0; unit < marks.length; unit++) {
    if (marks[unit] === 1) {
      if (start < 0) start = unit;
    } else if (start >= 0) {
      found.push([start, unit - 1]);
      start = -1;
    }
  }
  return found;
}
