import { type BuiltIn, of } from './built-in.ts';
import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { formatNumber } from './format-number.ts';
import { formatInteger, parseInteger } from './integer-picture.ts';
import { roundHalfEven } from './rounding.ts';
import type { JsonObject } from './values.ts';

const DECIMAL = /^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$/;
const OTHER_RADIX = /^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$/;

function toNumber(evaluation: Evaluation, value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') {
    evaluation.chargeText(value.length);
    if (DECIMAL.test(value) && Number.isFinite(Number(value))) return Number(value);
    if (OTHER_RADIX.test(value)) return Number(value);
  }
  throw new Fault('D3030', { value, index: 1 });
}

function fold(
  name: string,
  combine: (evaluation: Evaluation, numbers: readonly number[]) => number | undefined,
): BuiltIn {
  return of(name, '<a<n>:n>', 1, (evaluation, numbers: readonly number[]) => {
    evaluation.charge(numbers.length);
    return combine(evaluation, numbers);
  });
}

function total(numbers: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]!;
  return sum;
}

function extreme(
  numbers: readonly number[],
  better: (left: number, right: number) => number,
): number | undefined {
  let best = numbers[0];
  for (let i = 1; i < numbers.length; i++) best = better(best!, numbers[i]!);
  return best;
}

function power(_: Evaluation, base: number, exponent: number): number {
  const result = base ** exponent;
  if (!Number.isFinite(result)) throw new Fault('D3061', { value: base, exponent });
  return result;
}

function formatBase(_: Evaluation, value: number, radix?: number): string {
  const base = radix === undefined ? 10 : roundHalfEven(radix);
  if (!(base >= 2 && base <= 36)) throw new Fault('D3100', { value: base });
  return roundHalfEven(value).toString(base);
}

/** The picture, which is written but may have given nothing. */
function said(picture: string | undefined): string {
  if (picture === undefined) throw new Fault('T0410', { index: 2 });
  return picture;
}

export const NUMBER_FUNCTIONS: readonly BuiltIn[] = [
  fold('sum', (_, numbers) => total(numbers)),
  fold('max', (_, numbers) => extreme(numbers, Math.max)),
  fold('min', (_, numbers) => extreme(numbers, Math.min)),
  fold('average', (_, numbers) => (numbers.length === 0 ? undefined : total(numbers) / numbers.length)),
  of('number', '<(nsb)-:n>', 1, toNumber),
  of('floor', '<n-:n>', 1, (_, value: number) => Math.floor(value)),
  of('ceil', '<n-:n>', 1, (_, value: number) => Math.ceil(value)),
  of('abs', '<n-:n>', 1, (_, value: number) => Math.abs(value)),
  of('round', '<n-n?:n>', 2, (_, value: number, precision?: number) => roundHalfEven(value, precision)),
  of('sqrt', '<n-:n>', 1, (_, value: number) => {
    if (value < 0) throw new Fault('D3060', { value });
    return Math.sqrt(value);
  }),
  of('power', '<n-n:n>', 2, power),
  of('formatBase', '<n-n?:s>', 2, formatBase),
  of('formatNumber', '<n-so?:s>', 3, (evaluation, value: number, picture?: string, options?: JsonObject) =>
    formatNumber(evaluation, value, said(picture), options),
  ),
  of('formatInteger', '<n-s:s>', 2, (evaluation, value: number, picture?: string) => {
    evaluation.chargeText(said(picture).length);
    return formatInteger(value, said(picture));
  }),
  of('parseInteger', '<s-s:n>', 2, (evaluation, text: string, picture?: string) => {
    evaluation.chargeText(text.length + said(picture).length);
    return parseInteger(text, said(picture));
  }),
];
