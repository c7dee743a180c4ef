import type { Closure, Evaluation } from './evaluation.ts';
import { isObject, member, newSequence, pushAll } from './values.ts';

/** A member of an object, or of each object in a list. */
export function lookUp(evaluation: Evaluation, input: unknown, key: string): unknown {
  if (Array.isArray(input)) return lookUpEach(evaluation, input, key);
  return isObject(input) ? member(input, key) : undefined;
}

function lookUpEach(evaluation: Evaluation, list: readonly unknown[], key: string): unknown {
  evaluation.charge(1 + list.length);
  evaluation.enter(1);
  const result = newSequence();
  for (let i = 0; i < list.length; i++) {
    const value = lookUp(evaluation, list[i], key);
    if (Array.isArray(value)) evaluation.charge(value.length);
    if (value !== undefined) pushAll(result, value);
  }
  evaluation.leave(1);
  return result;
}

/** `*`: the values of an object's members, lists flattened; a list, and no sequence, if any of them is one. */
export const wildcard: Closure = (evaluation, input) => {
  const result = newSequence();
  if (typeof input !== 'object' || input === null || (!Array.isArray(input) && !isObject(input)))
    return result;
  for (const key of Object.keys(input)) {
    if (Array.isArray(input) && !isIndex(key)) continue;
    const value = (input as Record<string, unknown>)[key];
    if (Array.isArray(value)) {
      result.kind = 'list';
      flatten(evaluation, value, result);
    } else result.push(value);
    evaluation.charge(1);
  }
  return result;
};

/** Lists of the evaluation's own have members beside their elements. */
function isIndex(key: string): boolean {
  return key !== 'kind' && key !== 'keepSingleton';
}

function flatten(evaluation: Evaluation, list: readonly unknown[], into: unknown[]): void {
  evaluation.charge(list.length);
  evaluation.enter(1);
  for (const value of list) {
    if (Array.isArray(value)) flatten(evaluation, value, into);
    else into.push(value);
  }
  evaluation.leave(1);
}

/** `**`: the value and everything beneath it, without lists. */
export const descendants: Closure = (evaluation, input) => {
  if (input === undefined) return undefined;
  const result = newSequence();
  collect(evaluation, input, result);
  return result.length === 1 ? result[0] : result;
};

function collect(evaluation: Evaluation, value: unknown, into: unknown[]): void {
  evaluation.charge(1);
  if (!Array.isArray(value)) into.push(value);
  if (Array.isArray(value)) {
    evaluation.enter(1);
    for (let i = 0; i < value.length; i++) collect(evaluation, value[i], into);
    evaluation.leave(1);
  } else if (isObject(value)) {
    evaluation.enter(1);
    for (const key of Object.keys(value)) collect(evaluation, value[key], into);
    evaluation.leave(1);
  }
}
