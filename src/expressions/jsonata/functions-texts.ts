import { type BuiltIn, of } from './built-in.ts';
import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';

const SURROGATE = /[\ud800-\udfff]/;

/** Pairs of characters that one step pays for: a search may compare each with each. */
const PAIRS_PER_STEP = 4_096;

/** Pays for looking for a part in a text. */
export function chargeSearch(evaluation: Evaluation, text: string, part: string): void {
  evaluation.chargeText(text.length + part.length);
  evaluation.charge(Math.floor((text.length * part.length) / PAIRS_PER_STEP));
}

/** In code points. */
function lengthOf(evaluation: Evaluation, text: string): number {
  evaluation.chargeText(text.length);
  if (!SURROGATE.test(text)) return text.length;
  let points = 0;
  for (const _ of text) points++;
  return points;
}

/** `Array.prototype.slice` over code points. */
function slice(text: string, start: number, end?: number): string {
  return SURROGATE.test(text) ? [...text].slice(start, end).join('') : text.slice(start, end);
}

function substring(evaluation: Evaluation, text: string, start: number, length?: number): string {
  const size = lengthOf(evaluation, text);
  const from = size + start < 0 ? 0 : start;
  if (length === undefined) return slice(text, from);
  if (length <= 0) return '';
  return slice(text, from, from >= 0 ? from + length : size + from + length);
}

/** The place of a part in a text; -1 when it is not there. */
function placeOf(evaluation: Evaluation, text: string, part: string | undefined): number {
  if (part === undefined) return -1;
  chargeSearch(evaluation, text, part);
  return text.indexOf(part);
}

function pad(evaluation: Evaluation, text: string, width?: number, given?: string): string {
  const filling = given === undefined || given === '' ? ' ' : given;
  const missing = Math.trunc(Math.abs(width ?? 0)) - lengthOf(evaluation, text);
  if (!(missing > 0)) return text;
  evaluation.requireResult(text.length + missing);
  const padding = slice(filling.repeat(Math.ceil(missing / lengthOf(evaluation, filling))), 0, missing);
  return (width as number) > 0 ? text + padding : padding + text;
}

function trim(evaluation: Evaluation, text: string): string {
  evaluation.chargeText(text.length);
  const single = text.replace(/[ \t\n\r]+/g, ' ');
  return single.slice(
    single.startsWith(' ') ? 1 : 0,
    single.length > 1 && single.endsWith(' ') ? -1 : undefined,
  );
}

function join(evaluation: Evaluation, texts: readonly string[], separator = ''): string {
  let size = Math.max(0, texts.length - 1) * separator.length + texts.length;
  for (let i = 0; i < texts.length; i++) size += texts[i]!.length;
  evaluation.requireResult(size);
  return texts.join(separator);
}

function change(name: string, apply: (text: string) => string): BuiltIn {
  return of(name, '<s-:s>', 1, (evaluation, text: string) => {
    evaluation.chargeText(text.length);
    const changed = apply(text);
    evaluation.requireResult(changed.length);
    return changed;
  });
}

/** Percent-encoding and back. */
function coding(name: string, apply: (text: string) => string): BuiltIn {
  return of(name, '<s-:s>', 1, (evaluation, text: string) => {
    evaluation.requireResult(text.length);
    let changed: string;
    try {
      changed = apply(text);
    } catch {
      throw new Fault('D3140', { value: text, functionName: name });
    }
    evaluation.requireResult(changed.length);
    return changed;
  });
}

/** Functions over texts, but for those that take patterns. */
export const TEXT_FUNCTIONS: readonly BuiltIn[] = [
  of('length', '<s-:n>', 1, lengthOf),
  of('substring', '<s-nn?:s>', 3, substring),
  of('substringBefore', '<s-s:s>', 2, (evaluation, text: string, part?: string) => {
    const place = placeOf(evaluation, text, part);
    return place < 0 ? text : text.slice(0, place);
  }),
  of('substringAfter', '<s-s:s>', 2, (evaluation, text: string, part?: string) => {
    const place = placeOf(evaluation, text, part);
    return place < 0 ? text : text.slice(place + part!.length);
  }),
  change('lowercase', (text) => text.toLowerCase()),
  change('uppercase', (text) => text.toUpperCase()),
  of('trim', '<s-:s>', 1, trim),
  of('pad', '<s-ns?:s>', 3, pad),
  of('join', '<a<s>s?:s>', 2, join),
  change('base64encode', (text) => Buffer.from(text, 'latin1').toString('base64')),
  change('base64decode', (text) => Buffer.from(text, 'base64').toString('latin1')),
  coding('encodeUrlComponent', encodeURIComponent),
  coding('encodeUrl', encodeURI),
  coding('decodeUrlComponent', decodeURIComponent),
  coding('decodeUrl', decodeURI),
];
