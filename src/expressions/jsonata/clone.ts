import type { Evaluation } from './evaluation.ts';
import { roundedTo15 } from './text.ts';
import { FunctionValue, isNumeric, Made, newList, setMember } from './values.ts';

/** A copy of a value that may be changed: what writing it as JSON and reading that would give. */
export function clone(evaluation: Evaluation, value: unknown): unknown {
  evaluation.charge(1);
  if (typeof value === 'number') return isNumeric(value) ? roundedTo15(value) : null;
  if (value instanceof FunctionValue) return '';
  if (typeof value !== 'object' || value === null) return value;
  evaluation.enter(1);
  const copy = Array.isArray(value) ? cloneList(evaluation, value) : cloneObject(evaluation, value);
  evaluation.leave(1);
  return copy;
}

function cloneList(evaluation: Evaluation, list: readonly unknown[]): unknown {
  evaluation.requireResult(list.length);
  const copy = newList();
  for (let i = 0; i < list.length; i++) copy.push(clone(evaluation, list[i]) ?? null);
  return copy;
}

function cloneObject(evaluation: Evaluation, object: object): unknown {
  const copy = new Made();
  for (const [key, value] of Object.entries(object)) {
    const cloned = clone(evaluation, value);
    if (cloned !== undefined) setMember(copy, key, cloned);
  }
  return copy;
}
