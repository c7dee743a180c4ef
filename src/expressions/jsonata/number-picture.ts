import { Fault } from './fault.ts';

/** The characters that a picture of a number is made of; all can be replaced by the options of `$formatNumber`. */
export const SYMBOLS = {
  'decimal-separator': '.',
  'grouping-separator': ',',
  'exponent-separator': 'e',
  'minus-sign': '-',
  percent: '%',
  'per-mille': '\u2030',
  'zero-digit': '0',
  digit: '#',
  'pattern-separator': ';',
} as const;

export type Symbols = Readonly<Record<keyof typeof SYMBOLS, string>>;

/** One sub-picture, analysed (XPath F&O 3.1, section 4.7.4). */
export interface NumberPicture {
  readonly text: string;
  readonly prefix: string;
  readonly suffix: string;
  /** Distances of grouping separators from the decimal separator. */
  readonly grouping: readonly number[];
  /** The distance, where they repeat; else 0. */
  readonly regularGrouping: number;
  readonly fractionGrouping: readonly number[];
  readonly leastInteger: number;
  readonly leastFraction: number;
  readonly mostFraction: number;
  readonly leastExponent: number;
  readonly scaling: number;
}

interface Parts {
  readonly text: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly active: string;
  readonly mantissa: string;
  readonly exponent: string | undefined;
  readonly integer: string;
  readonly fraction: string;
}

/** The ten digits. */
export function digitsOf(symbols: Symbols): readonly string[] {
  const zero = symbols['zero-digit'].charCodeAt(0);
  return Array.from({ length: 10 }, (_, digit) => String.fromCharCode(zero + digit));
}

/** Throws D3080 to D3093. */
export function readPictures(picture: string, symbols: Symbols): readonly NumberPicture[] {
  const pictures = picture.split(symbols['pattern-separator']);
  if (pictures.length > 2) throw new Fault('D3080');
  const digits = digitsOf(symbols);
  const all = pictures.map((text) => partsOf(text, symbols, digits));
  for (const parts of all) {
    const code = complaint(parts, symbols, digits);
    if (code !== undefined) throw new Fault(code);
  }
  return all.map((parts) => analyse(parts, symbols, digits));
}

function partsOf(text: string, symbols: Symbols, digits: readonly string[]): Parts {
  const starts = new Set([
    ...digits,
    symbols['decimal-separator'],
    symbols['grouping-separator'],
    symbols.digit,
    symbols['pattern-separator'],
  ]);
  starts.delete(symbols['exponent-separator']);
  const characters = text.split('');
  const first = characters.findIndex((each) => starts.has(each));
  if (first < 0) throw new Fault('D3085');
  const behind = characters.findLastIndex((each) => starts.has(each)) + 1;
  const active = text.slice(first, behind);
  const exponentAt = text.indexOf(symbols['exponent-separator'], first);
  const hasExponent = exponentAt >= 0 && exponentAt <= behind;
  const mantissa = hasExponent ? active.substring(0, exponentAt) : active;
  const decimalAt = mantissa.indexOf(symbols['decimal-separator']);
  const suffix = text.slice(behind);
  return {
    text,
    prefix: text.slice(0, first),
    suffix,
    active,
    mantissa,
    exponent: hasExponent ? active.substring(exponentAt + 1) : undefined,
    integer: decimalAt < 0 ? mantissa : mantissa.slice(0, decimalAt),
    fraction: decimalAt < 0 ? suffix : mantissa.slice(decimalAt + 1),
  };
}

/** Section 4.7.3: the code of the last rule that is broken. */
function complaint(parts: Parts, symbols: Symbols, digits: readonly string[]): string | undefined {
  const { text, active, mantissa, integer, fraction, exponent } = parts;
  const twice = (part: string) => text.indexOf(part) !== text.lastIndexOf(part);
  const isDigit = (each: string) => digits.includes(each);
  const { percent, 'per-mille': perMille, digit, 'grouping-separator': grouping } = symbols;
  const actives = [...digits, ...ACTIVE.map((name) => symbols[name])];
  const decimalAt = text.indexOf(symbols['decimal-separator']);
  const firstOptional = integer.indexOf(digit);
  const lastOptional = fraction.lastIndexOf(digit);
  const isScaled = text.includes(percent) || text.includes(perMille);
  const rules: readonly (readonly [string, boolean])[] = [
    ['D3081', twice(symbols['decimal-separator'])],
    ['D3082', twice(percent)],
    ['D3083', twice(perMille)],
    ['D3084', text.includes(percent) && text.includes(perMille)],
    ['D3085', !mantissa.split('').some((each) => isDigit(each) || each === digit)],
    ['D3086', active.split('').some((each) => !actives.includes(each))],
    ['D3087', decimalAt >= 0 && (text[decimalAt - 1] === grouping || text[decimalAt + 1] === grouping)],
    ['D3088', decimalAt < 0 && integer.endsWith(grouping)],
    ['D3089', text.includes(grouping + grouping)],
    ['D3090', firstOptional >= 0 && integer.slice(0, firstOptional).split('').some(isDigit)],
    ['D3091', lastOptional >= 0 && fraction.slice(lastOptional).split('').some(isDigit)],
    ['D3092', exponent !== undefined && exponent.length > 0 && isScaled],
    ['D3093', exponent !== undefined && (exponent === '' || !exponent.split('').every(isDigit))],
  ];
  return rules.findLast(([, broken]) => broken)?.[0];
}

const ACTIVE = [
  'decimal-separator',
  'exponent-separator',
  'grouping-separator',
  'digit',
  'pattern-separator',
] as const;

function analyse(parts: Parts, symbols: Symbols, digits: readonly string[]): NumberPicture {
  const { text, prefix, suffix, integer, fraction, exponent } = parts;
  const isDigit = (each: string) => digits.includes(each);
  const isPlace = (each: string) => isDigit(each) || each === symbols.digit;
  const count = (part: string, test: (each: string) => boolean) => part.split('').filter(test).length;
  const places = (part: string, toLeft: boolean): readonly number[] => {
    const found: number[] = [];
    let at = part.indexOf(symbols['grouping-separator']);
    while (at >= 0) {
      found.push(count(toLeft ? part.slice(0, at) : part.slice(at), isPlace));
      at = integer.indexOf(symbols['grouping-separator'], at + 1);
    }
    return found;
  };
  const grouping = places(integer, false);
  const scaling = count(integer, isDigit);
  let leastInteger = scaling;
  let leastFraction = count(fraction, isDigit);
  let mostFraction = count(fraction, isPlace);
  if (leastInteger === 0 && mostFraction === 0) {
    if (exponent !== undefined) {
      leastFraction = 1;
      mostFraction = 1;
    } else leastInteger = 1;
  }
  if (exponent !== undefined && leastInteger === 0 && integer.includes(symbols.digit)) leastInteger = 1;
  if (leastInteger === 0 && leastFraction === 0) leastFraction = 1;
  return {
    text,
    prefix,
    suffix,
    grouping,
    regularGrouping: regularDistance(grouping),
    fractionGrouping: places(fraction, true),
    leastInteger,
    leastFraction,
    mostFraction,
    leastExponent: count(exponent ?? '', isDigit),
    scaling,
  };
}

/** The distance at which separators repeat; 0 when they do not. */
export function regularDistance(places: readonly number[]): number {
  if (places.length === 0) return 0;
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const factor = places.reduce(divisor);
  return places.every((_, index) => places.includes((index + 1) * factor)) ? factor : 0;
}
