import { argumentsFor, BuiltIn, of } from './built-in.ts';
import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { lookUp } from './steps.ts';
import {
  apply,
  combine,
  FunctionValue,
  isObject,
  isTrue,
  type JsonObject,
  type List,
  Made,
  newSequence,
  setMember,
} from './values.ts';

function keys(evaluation: Evaluation, value: unknown): List {
  const found: Record<string, true> = Object.create(null);
  collectKeys(evaluation, value, found);
  const names = newSequence();
  for (const key of Object.keys(found)) names.push(key);
  return names;
}

function collectKeys(evaluation: Evaluation, value: unknown, into: Record<string, true>): void {
  evaluation.charge(1);
  if (Array.isArray(value)) {
    evaluation.enter(1);
    for (let i = 0; i < value.length; i++) collectKeys(evaluation, value[i], into);
    evaluation.leave(1);
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) into[key] = true;
  }
}

/** An object for each member; lists are gone through, and anything else stays as it is. */
function spread(evaluation: Evaluation, value: unknown): unknown {
  evaluation.charge(1);
  if (Array.isArray(value)) {
    evaluation.enter(1);
    const parts: unknown[] = [newSequence()];
    for (let i = 0; i < value.length; i++) parts.push(spread(evaluation, value[i]));
    evaluation.leave(1);
    return combine(evaluation, parts);
  }
  if (!isObject(value)) return value;
  const parts = newSequence();
  for (const key of Object.keys(value)) {
    const part = new Made();
    setMember(part, key, value[key]);
    parts.push(part);
  }
  evaluation.charge(parts.length);
  return parts;
}

function merge(evaluation: Evaluation, objects: readonly JsonObject[]): Made {
  const merged = new Made();
  for (let i = 0; i < objects.length; i++) {
    const names = Object.keys(objects[i]!);
    evaluation.charge(1 + names.length);
    for (const key of names) setMember(merged, key, objects[i]![key]);
  }
  return merged;
}

function forEach(
  evaluation: Evaluation,
  object: JsonObject | undefined,
  called: unknown,
  take: (result: unknown, key: string) => void,
): void {
  if (object === undefined) return;
  if (!(called instanceof FunctionValue)) throw new Fault('T1006');
  evaluation.enter(2);
  for (const key of Object.keys(object)) {
    take(apply(evaluation, called, argumentsFor(called, object[key], key, object), null), key);
  }
  evaluation.leave(2);
}

function each(evaluation: Evaluation, object: JsonObject | undefined, called: unknown): List {
  const results = newSequence();
  forEach(evaluation, object, called, (result) => {
    if (result !== undefined) results.push(result);
  });
  return results;
}

function sift(evaluation: Evaluation, object: JsonObject | undefined, called: unknown): Made | undefined {
  const sifted = new Made();
  let isEmpty = true;
  forEach(evaluation, object, called, (result, key) => {
    if (!isTrue(evaluation, result)) return;
    setMember(sifted, key, object![key]);
    isEmpty = false;
  });
  return isEmpty ? undefined : sifted;
}

export const OBJECT_FUNCTIONS: readonly BuiltIn[] = [
  new BuiltIn('keys', '<x-:a<s>>', 1, keys),
  of('lookup', '<x-s:x>', 2, (evaluation, value: unknown, key?: string) =>
    key === undefined ? undefined : lookUp(evaluation, value, key),
  ),
  of('spread', '<x-:a<o>>', 1, spread),
  of('merge', '<a<o>:o>', 1, merge),
  new BuiltIn('each', '<o-f:a>', 2, each),
  new BuiltIn('sift', '<o-f?:o>', 2, sift),
];
