import { BuiltIn, of } from './built-in.ts';
import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { formatTime } from './time-format.ts';
import { parseTime } from './time-parse.ts';

const ISO_8601 = /^\d{4}(-[01]\d)*(-[0-3]\d)*(T[0-2]\d:[0-5]\d:[0-5]\d)*(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$/;
/** No ISO 8601 time is longer; longer texts are not looked at. */
const LONGEST_TIME = 200;

function toMillis(evaluation: Evaluation, text: string, picture?: string): number | undefined {
  evaluation.chargeText(text.length + (picture?.length ?? 0));
  if (picture !== undefined) return parseTime(evaluation, text, picture);
  if (text.length > LONGEST_TIME || !ISO_8601.test(text)) throw new Fault('D3110', { value: text });
  return Date.parse(text);
}

function fromMillis(evaluation: Evaluation, ms: number, picture?: string, zone?: string): string {
  evaluation.chargeText(picture?.length ?? 0);
  return formatTime(ms, picture, zone);
}

/** Times are milliseconds since the epoch; now is what the draw says. */
export const TIME_FUNCTIONS: readonly BuiltIn[] = [
  new BuiltIn('now', '<s?s?:s>', 2, (evaluation, picture?: string, zone?: string) =>
    fromMillis(evaluation, evaluation.draw.now, picture, zone),
  ),
  new BuiltIn('millis', '<:n>', 0, (evaluation) => evaluation.draw.now),
  of('toMillis', '<s-s?:n>', 2, toMillis),
  of('fromMillis', '<n-s?s?:s>', 3, fromMillis),
];
