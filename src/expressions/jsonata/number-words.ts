const FEW = [
  'Zero',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
  'Twelve',
  'Thirteen',
  'Fourteen',
  'Fifteen',
  'Sixteen',
  'Seventeen',
  'Eighteen',
  'Nineteen',
];
const FEW_ORDINAL = [
  'Zeroth',
  'First',
  'Second',
  'Third',
  'Fourth',
  'Fifth',
  'Sixth',
  'Seventh',
  'Eighth',
  'Ninth',
  'Tenth',
  'Eleventh',
  'Twelfth',
  'Thirteenth',
  'Fourteenth',
  'Fifteenth',
  'Sixteenth',
  'Seventeenth',
  'Eighteenth',
  'Nineteenth',
];
const TENS = ['Twenty', 'Thirty', 'Forty', 'Fifty', 'Sixty', 'Seventy', 'Eighty', 'Ninety'];
const MAGNITUDES = ['Thousand', 'Million', 'Billion', 'Trillion'];

/** A whole number in English: `Twenty-Three`, `One Hundred and First`. Above a thousand trillions they are counted in words. */
export function toWords(value: number, ordinal: boolean): string {
  return spell(value, false, ordinal);
}

function spell(value: number, follows: boolean, ordinal: boolean): string {
  if (value <= 19) return (follows ? ' and ' : '') + (ordinal ? FEW_ORDINAL : FEW)[value]!;
  if (value < 100) return (follows ? ' and ' : '') + spellTens(value, ordinal);
  const magnitude = value < 1_000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), MAGNITUDES.length);
  const unit = magnitude === 0 ? 100 : 10 ** (magnitude * 3);
  const count = Math.floor(value / unit);
  const rest = value - count * unit;
  const counted = magnitude === 0 ? FEW[count]! : spell(count, false, false);
  const words = `${follows ? ', ' : ''}${counted} ${magnitude === 0 ? 'Hundred' : MAGNITUDES[magnitude - 1]}`;
  if (rest > 0) return words + spell(rest, true, ordinal);
  return ordinal ? `${words}th` : words;
}

function spellTens(value: number, ordinal: boolean): string {
  const tens = TENS[Math.floor(value / 10) - 2]!;
  const rest = value % 10;
  if (rest > 0) return `${tens}-${spell(rest, false, ordinal)}`;
  return ordinal ? `${tens.slice(0, -1)}ieth` : tens;
}

const WORD_VALUES: ReadonlyMap<string, number> = new Map([
  ...[FEW, FEW_ORDINAL].flatMap((words) => words.map((word, index) => [word.toLowerCase(), index] as const)),
  ...[...TENS, 'Hundred'].flatMap((word, index): (readonly [string, number])[] => {
    const lower = word.toLowerCase();
    return [
      [lower, (index + 2) * 10],
      [`${lower.slice(0, -1)}ieth`, (index + 2) * 10],
    ];
  }),
  ['hundredth', 100],
  ...MAGNITUDES.flatMap((word, index): (readonly [string, number])[] => {
    const lower = word.toLowerCase();
    return [
      [lower, 10 ** ((index + 1) * 3)],
      [`${lower}th`, 10 ** ((index + 1) * 3)],
    ];
  }),
]);

/** The words that numbers are spelled with. */
export const NUMBER_WORDS: readonly string[] = [...WORD_VALUES.keys()];

export function fromWords(text: string): number {
  const sums = [0];
  for (const word of text.split(/,\s|\sand\s|[\s\\-]/)) {
    const value = WORD_VALUES.get(word) ?? Number.NaN;
    const last = sums.pop()!;
    if (!(value < 100)) sums.push(last * value);
    else if (last >= 1_000) sums.push(last, value);
    else sums.push(last + value);
  }
  return sums.reduce((sum, each) => sum + each, 0);
}

const NUMERALS: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];

export function toRoman(value: number): string {
  let rest = value;
  let text = '';
  for (const [amount, numeral] of NUMERALS) {
    for (; rest >= amount; rest -= amount) text += numeral;
  }
  return text;
}

const NUMERAL_VALUES: Readonly<Record<string, number>> = {
  M: 1000,
  D: 500,
  C: 100,
  L: 50,
  X: 10,
  V: 5,
  I: 1,
};

/** Takes capitals. */
export function fromRoman(text: string): number {
  let total = 0;
  let largest = 1;
  for (const numeral of text.split('').reverse()) {
    const value = NUMERAL_VALUES[numeral] ?? Number.NaN;
    if (value < largest) total -= value;
    else {
      largest = value;
      total += value;
    }
  }
  return total;
}

/** As columns of spreadsheets are counted: A to Z, AA, AB. */
export function toLetters(value: number, first: 'A' | 'a'): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    text = String.fromCharCode(((rest - 1) % 26) + first.charCodeAt(0)) + text;
  }
  return text;
}

export function fromLetters(text: string, first: 'A' | 'a'): number {
  let total = 0;
  for (let i = 0; i < text.length; i++) {
    total += (text.charCodeAt(text.length - i - 1) - first.charCodeAt(0) + 1) * 26 ** i;
  }
  return total;
}
