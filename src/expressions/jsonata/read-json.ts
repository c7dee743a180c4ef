import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';

const UNSAFE = /"(?:__proto__|constructor|prototype|[^"\\]*\\u)/;

/** `$parse`: the value of a JSON text. */
export function readJson(evaluation: Evaluation, text: string): unknown {
  evaluation.requireResult(text.length);
  evaluation.chargeText(text.length * 4);
  requireShallow(evaluation, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Fault('D3137', {
      message: `The parse function was given text that is not JSON: ${(error as Error).message}`,
    });
  }
  if (UNSAFE.test(text)) requireSafeKeys(value);
  return value;
}

/** The reader of JSON calls itself for each level. */
function requireShallow(evaluation: Evaluation, text: string): void {
  const { jsonDepth } = evaluation.limits;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (inString) {
      if (unit === 0x5c) i++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > jsonDepth) {
        throw new Fault('D3137', {
          message: `The parse function was given JSON nested deeper than ${jsonDepth} levels`,
        });
      }
    } else if (unit === 0x5d || unit === 0x7d) depth--;
  }
}

function requireSafeKeys(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    if (!Array.isArray(value) && (key === '__proto__' || key === 'constructor' || key === 'prototype')) {
      throw new Fault('D1010', { message: `The key "${key}" of an object is not allowed` });
    }
    requireSafeKeys((value as Readonly<Record<string, unknown>>)[key]);
  }
}
