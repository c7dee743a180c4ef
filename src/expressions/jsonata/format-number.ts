import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { digitsOf, type NumberPicture, readPictures, SYMBOLS, type Symbols } from './number-picture.ts';
import { roundHalfEven } from './rounding.ts';
import type { JsonObject } from './values.ts';

/** Characters of a picture string; none that is meant is near as long. */
export const LONGEST_PICTURE = 1_000;

export function requirePicture(picture: string): void {
  if (picture.length > LONGEST_PICTURE) {
    throw new Fault('D3137', { message: `A picture string has at most ${LONGEST_PICTURE} characters` });
  }
}

/** `$formatNumber`, after XPath F&O 3.1, section 4.7.5. */
export function formatNumber(
  evaluation: Evaluation,
  value: number,
  picture: string,
  options?: JsonObject,
): string {
  requirePicture(picture);
  evaluation.charge(picture.length);
  const symbols: Symbols = { ...SYMBOLS, ...options };
  const pictures = readPictures(picture, symbols);
  const positive = pictures[0]!;
  const negative = pictures[1] ?? { ...positive, prefix: symbols['minus-sign'] + positive.prefix };
  return write(value, value >= 0 ? positive : negative, symbols);
}

function write(value: number, picture: NumberPicture, symbols: Symbols): string {
  const { percent, 'per-mille': perMille, 'minus-sign': minus, 'exponent-separator': exponentSign } = symbols;
  const scaled = value * (picture.text.includes(percent) ? 100 : picture.text.includes(perMille) ? 1_000 : 1);
  const { mantissa, exponent } = scientific(scaled, picture);
  const digits = digitsOf(symbols);
  const zero = symbols['zero-digit'];
  let text = grouped(mantissaText(mantissa, picture, symbols, digits), picture, symbols);
  if (exponent !== undefined) {
    const sign = exponent < 0 ? minus : '';
    text += exponentSign + sign + plain(exponent, 0, digits).padStart(picture.leastExponent, zero);
  }
  return picture.prefix + text + picture.suffix;
}

function scientific(value: number, picture: NumberPicture): { mantissa: number; exponent?: number } {
  if (picture.leastExponent === 0) return { mantissa: value };
  const most = 10 ** picture.scaling;
  const least = 10 ** (picture.scaling - 1);
  let mantissa = value;
  let exponent = 0;
  if (value === 0 || !Number.isFinite(value)) return { mantissa, exponent };
  for (; Math.abs(mantissa) < least; exponent--) mantissa *= 10;
  for (; Math.abs(mantissa) > most; exponent++) mantissa /= 10;
  return { mantissa, exponent };
}

function plain(value: number, places: number, digits: readonly string[]): string {
  if (places > 100) throw new Fault('D3137', { message: 'A picture string has at most 100 decimal places' });
  const text = Math.abs(value).toFixed(places);
  return digits[0] === '0' ? text : text.replace(/[0-9]/g, (digit) => digits[Number(digit)]!);
}

/** With its decimal separator, however many digits there are on either side. */
function mantissaText(
  mantissa: number,
  picture: NumberPicture,
  symbols: Symbols,
  digits: readonly string[],
): string {
  const { mostFraction, leastInteger, leastFraction } = picture;
  const zero = symbols['zero-digit'];
  const [integer = '', fraction = ''] = plain(
    roundHalfEven(mantissa, mostFraction),
    mostFraction,
    digits,
  ).split('.');
  const significant = trimStart(integer, zero).padStart(leastInteger, zero);
  return `${significant}${symbols['decimal-separator']}${trimEnd(fraction, zero).padEnd(leastFraction, zero)}`;
}

function trimStart(text: string, zero: string): string {
  let at = 0;
  while (at < text.length && text[at] === zero) at++;
  return text.slice(at);
}

function trimEnd(text: string, zero: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === zero) end--;
  return text.slice(0, end);
}

function grouped(text: string, picture: NumberPicture, symbols: Symbols): string {
  const { regularGrouping, grouping, fractionGrouping } = picture;
  const { 'decimal-separator': decimal, 'grouping-separator': separator } = symbols;
  const insert = (into: string, at: number) => into.slice(0, at) + separator + into.slice(at);
  let result = text;
  let decimalAt = result.indexOf(decimal);
  if (regularGrouping > 0) {
    const count = Math.floor((decimalAt - 1) / regularGrouping);
    for (let group = 1; group <= count; group++) result = insert(result, decimalAt - group * regularGrouping);
  } else {
    for (const place of grouping) {
      result = insert(result, decimalAt - place);
      decimalAt++;
    }
  }
  decimalAt = result.indexOf(decimal);
  for (const place of fractionGrouping) result = insert(result, place + decimalAt + 1);
  decimalAt = result.indexOf(decimal);
  const isBare = !picture.text.includes(decimal) || decimalAt === result.length - 1;
  return isBare ? result.slice(0, -1) : result;
}
