import { Fault } from './fault.ts';
import { requirePicture } from './format-number.ts';
import { regularDistance } from './number-picture.ts';
import { fromLetters, fromRoman, fromWords, toLetters, toRoman, toWords } from './number-words.ts';

/** How a whole number is written (XPath F&O 3.1, section 4.6.1). */
export type IntegerPicture = (Digits | Spelled) & { readonly ordinal: boolean };

interface Digits {
  readonly primary: 'decimal';
  /** The code point of the digit zero. */
  readonly zero: number;
  readonly mandatory: number;
  readonly optional: number;
  readonly separators: readonly Separator[];
  /** The distance at which one separator repeats; 0 when they do not. */
  readonly regular: number;
}

interface Spelled {
  readonly primary: 'letters' | 'roman' | 'words';
  readonly letterCase: 'upper' | 'lower' | 'title';
}

interface Separator {
  /** Digits to its right. */
  readonly place: number;
  readonly character: string;
}

const SPELLED: Readonly<Record<string, Spelled>> = {
  A: { primary: 'letters', letterCase: 'upper' },
  a: { primary: 'letters', letterCase: 'lower' },
  I: { primary: 'roman', letterCase: 'upper' },
  i: { primary: 'roman', letterCase: 'lower' },
  W: { primary: 'words', letterCase: 'upper' },
  w: { primary: 'words', letterCase: 'lower' },
  Ww: { primary: 'words', letterCase: 'title' },
};

/** The code points at which a block of ten digits begins. */
const ZEROS = [
  0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
  0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
  0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

/** Throws D3130 or D3131. */
export function readIntegerPicture(picture: string): IntegerPicture {
  requirePicture(picture);
  const semicolon = picture.lastIndexOf(';');
  const primary = semicolon < 0 ? picture : picture.slice(0, semicolon);
  const ordinal = semicolon >= 0 && picture[semicolon + 1] === 'o';
  const spelled = Object.hasOwn(SPELLED, primary) ? SPELLED[primary] : undefined;
  return { ...(spelled ?? readDigits(primary)), ordinal };
}

function readDigits(pattern: string): Digits {
  let zero: number | undefined;
  let mandatory = 0;
  let optional = 0;
  const separators: Separator[] = [];
  for (const character of [...pattern].reverse()) {
    const code = character.codePointAt(0)!;
    const family = ZEROS.find((each) => code >= each && code <= each + 9);
    if (family !== undefined) {
      if (zero !== undefined && zero !== family) throw new Fault('D3131');
      zero = family;
      mandatory++;
    } else if (character === '#') optional++;
    else separators.push({ place: mandatory + optional, character });
  }
  if (zero === undefined) throw new Fault('D3130', { value: pattern });
  const same = separators.every(({ character }) => character === separators[0]!.character);
  const regular = same ? regularDistance(separators.map(({ place }) => place)) : 0;
  return { primary: 'decimal', zero, mandatory, optional, separators, regular };
}

export function formatInteger(value: number, picture: string): string {
  return writeInteger(Math.floor(value), readIntegerPicture(picture));
}

export function writeInteger(value: number, picture: IntegerPicture): string {
  return (value < 0 ? '-' : '') + writePositive(Math.abs(value), picture);
}

/** Letters and roman numerals grow with the number; these are more than anybody reads. */
const LARGEST_ROMAN = 1_000_000;

function writePositive(value: number, picture: IntegerPicture): string {
  if (picture.primary !== 'decimal' && !Number.isFinite(value)) throw new Fault('D1001', { value });
  switch (picture.primary) {
    case 'decimal':
      return writeDigits(value, picture);
    case 'letters':
      return toLetters(value, picture.letterCase === 'upper' ? 'A' : 'a');
    case 'roman': {
      if (value > LARGEST_ROMAN) throw new Fault('D1001', { value });
      const numeral = toRoman(value);
      return picture.letterCase === 'upper' ? numeral.toUpperCase() : numeral;
    }
    case 'words': {
      const words = toWords(value, picture.ordinal);
      if (picture.letterCase === 'title') return words;
      return picture.letterCase === 'upper' ? words.toUpperCase() : words.toLowerCase();
    }
  }
}

function writeDigits(
  value: number,
  { mandatory, zero, regular, separators, ordinal }: IntegerPicture & Digits,
): string {
  const decimal = String(value).padStart(mandatory, '0');
  const digits = zero === 0x30 ? decimal : shiftDigits(decimal, zero - 0x30);
  let text = digits;
  const insert = (place: number, character: string): void => {
    const at = text.length - place;
    text = text.substring(0, at) + character + (at < 0 ? text.slice(at) : text.substring(at));
  };
  if (regular > 0) {
    const count = Math.floor((digits.length - 1) / regular);
    for (let group = count; group > 0; group--) {
      const at = text.length - group * regular;
      text = text.slice(0, at) + separators[0]!.character + text.slice(at);
    }
  } else for (const { place, character } of separators.toReversed()) insert(place, character);
  return ordinal ? text + suffix(text) : text;
}

function shiftDigits(text: string, by: number): string {
  let shifted = '';
  for (const character of text) shifted += String.fromCodePoint(character.codePointAt(0)! + by);
  return shifted;
}

function suffix(text: string): string {
  const [last, before] = [text.at(-1)!, text.at(-2)];
  return before === '1' ? 'th' : ({ '1': 'st', '2': 'nd', '3': 'rd' }[last] ?? 'th');
}

export function parseInteger(text: string, picture: string): number {
  return readInteger(text, readIntegerPicture(picture));
}

/** What the text says by the picture; NaN when it says nothing. */
export function readInteger(text: string, picture: IntegerPicture): number {
  switch (picture.primary) {
    case 'letters':
      return fromLetters(text, picture.letterCase === 'upper' ? 'A' : 'a');
    case 'roman':
      return fromRoman(picture.letterCase === 'upper' ? text : text.toUpperCase());
    case 'words':
      return fromWords(text.toLowerCase());
    case 'decimal': {
      const { ordinal, regular, separators, zero } = picture;
      let digits = ordinal ? text.substring(0, text.length - 2) : text;
      for (const character of regular > 0 ? [','] : separators.map((each) => each.character)) {
        digits = digits.replaceAll(character, '');
      }
      return Number.parseInt(zero === 0x30 ? digits : shiftBack(digits, zero), 10);
    }
  }
}

function shiftBack(digits: string, zero: number): string {
  return digits
    .split('')
    .map((each) => String.fromCodePoint(Math.max(0, each.codePointAt(0)! - zero + 0x30)))
    .join('');
}
