import { Exhausted } from '../evaluation.ts';
import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { FunctionValue, isNumeric, isObject } from './values.ts';

/** `$string`: texts as they are, functions as nothing, all else as JSON with numbers of 15 digits. */
export function toText(evaluation: Evaluation, value: unknown, indent = 0): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (value instanceof FunctionValue) return '';
  requireWritable(evaluation, value, indent);
  return JSON.stringify(value, writeMember, indent);
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new Fault('D3001', { value });
  return JSON.stringify(roundedTo15(value));
}

export function roundedTo15(value: number): number {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? value : Number(value.toPrecision(15));
}

function writeMember(_: string, value: unknown): unknown {
  if (typeof value === 'number') return isNumeric(value) ? roundedTo15(value) : value;
  return value instanceof FunctionValue ? '' : value;
}

/** Measures before anything is written: parts that are the same object are written each time they occur. */
function requireWritable(evaluation: Evaluation, value: unknown, indent: number): void {
  const { expressionResult } = evaluation.limits;
  let size = 0;
  const measure = (part: unknown, level: number): void => {
    size += 2 + indent * level;
    if (typeof part === 'string') size += part.length;
    else if (Array.isArray(part)) {
      evaluation.enter(1);
      for (let i = 0; i < part.length; i++) measure(part[i], level + 1);
      evaluation.leave(1);
    } else if (isObject(part)) {
      evaluation.enter(1);
      for (const key of Object.keys(part)) {
        size += key.length + 2;
        measure(part[key], level + 1);
      }
      evaluation.leave(1);
    }
    if (size > expressionResult) throw new Exhausted('expressionResult');
  };
  measure(value, 0);
  evaluation.requireResult(size);
}
