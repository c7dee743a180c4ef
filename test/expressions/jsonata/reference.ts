import jsonata from 'jsonata';
import { Exhausted } from '../../../src/expressions/evaluation.ts';
import { Evaluation, Frame } from '../../../src/expressions/jsonata/evaluation.ts';
import { Exporter, Unsupported } from '../../../src/expressions/jsonata/exporter.ts';
import { compileChecked } from '../../../src/expressions/jsonata/expression.ts';
import { Fault } from '../../../src/expressions/jsonata/fault.ts';
import { TidegateError } from '../../../src/model/errors.ts';
import { LIMITS, type Limits } from '../../../src/model/limits.ts';

/** The third of January 2024, 04:05:06.007. */
export const NOW = Date.UTC(2024, 0, 3, 4, 5, 6, 7);

export function draw() {
  let next = 0;
  return { now: NOW, random: () => (next++ % 10) / 10 };
}

/** What evaluating gave: a value, nothing, an error with its text, or what is no JSON. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly nothing: true }
  | { readonly error: string }
  | { readonly unsupported: true }
  | { readonly limit: string }
  | { readonly crash: string };

/** Evaluates with `data` as the context and as `$d`. */
export function ours(text: string, data: unknown, limits: Limits = LIMITS): Outcome {
  try {
    const evaluation = new Evaluation({ d: data, $: data }, draw(), limits);
    const value = compileChecked(text, limits).run(evaluation, data, new Frame(null));
    return value === undefined ? { nothing: true } : { value: new Exporter(evaluation).toJson(value) };
  } catch (error) {
    if (error instanceof TidegateError || error instanceof Fault)
      return { error: `${error.code}: ${error.message}` };
    if (error instanceof Exhausted) return { limit: error.limit };
    if (error instanceof Unsupported) return { unsupported: true };
    throw error;
  }
}

/** The same by the package's own evaluator. */
export async function theirs(text: string, data: unknown): Promise<Outcome> {
  let value: unknown;
  try {
    const copy = structuredClone(data);
    value = await jsonata(text).evaluate(copy, { d: copy });
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return code === undefined ? { crash: String(message) } : { error: `${code}: ${message}` };
  }
  if (value === undefined) return { nothing: true };
  return isJson(value) ? { value: JSON.parse(JSON.stringify(value)) } : { unsupported: true };
}

function isJson(value: unknown): boolean {
  if (typeof value === 'function' || (typeof value === 'number' && !Number.isFinite(value))) return false;
  if (typeof value !== 'object' || value === null) return true;
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) return false;
  return Object.values(value).every((member) => member === undefined || member === true || isJson(member));
}
