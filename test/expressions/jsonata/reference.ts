import jsonata from 'jsonata';
import { compileJsonata } from '../../../src/expressions/jsonata/index.ts';
import { TidegateError } from '../../../src/model/errors.ts';
import { Failure } from '../../../src/model/failure.ts';
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
    const value = compileJsonata(inContext(text), limits).evaluate({ d: data }, draw());
    return value === undefined ? { nothing: true } : { value };
  } catch (error) {
    if (error instanceof TidegateError) return { error: `${error.code}: ${error.message}` };
    if (!(error instanceof Failure)) throw error;
    const thrown = /threw an error during evaluation\. ([\s\S]*)$/.exec(error.reason);
    if (thrown !== null) return { error: thrown[1]! };
    const limit = /went beyond the limit (\w+) of/.exec(error.reason);
    return limit === null ? { unsupported: true } : { limit: limit[1]! };
  }
}

/** The same by the package's own evaluator. */
export async function theirs(text: string, data: unknown): Promise<Outcome> {
  let value: unknown;
  try {
    value = await jsonata(inContext(text)).evaluate(undefined, { d: structuredClone(data) });
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return code === undefined ? { crash: String(message) } : { error: `${code}: ${message}` };
  }
  if (value === undefined) return { nothing: true };
  return isJson(value) ? { value: JSON.parse(JSON.stringify(value)) } : { unsupported: true };
}

function inContext(text: string): string {
  return `$d.(${text})`;
}

function isJson(value: unknown): boolean {
  if (typeof value === 'function' || (typeof value === 'number' && !Number.isFinite(value))) return false;
  if (typeof value !== 'object' || value === null) return true;
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) return false;
  return Object.values(value).every((member) => member === undefined || member === true || isJson(member));
}
