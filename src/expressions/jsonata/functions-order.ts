import { type BuiltIn, of } from './built-in.ts';
import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { mergeSort } from './merge-sort.ts';
import {
  apply,
  asList,
  FunctionValue,
  isEqual,
  isEvery,
  isNumeric,
  isSequence,
  newList,
  newSequence,
} from './values.ts';

function sort(evaluation: Evaluation, list: readonly unknown[], called?: unknown): readonly unknown[] {
  if (list.length <= 1) return list;
  evaluation.charge(list.length);
  if (called === undefined) {
    if (!isEvery(list, isNumeric) && !isEvery(list, (each) => typeof each === 'string')) {
      throw new Fault('D3070', { index: 1 });
    }
    return asList(
      mergeSort(list as readonly string[], (left, right) => {
        evaluation.charge(1);
        return left > right;
      }),
    );
  }
  if (!(called instanceof FunctionValue)) throw new Fault('T1006');
  evaluation.enter(2);
  const sorted = mergeSort(list, (left, right) => Boolean(apply(evaluation, called, [left, right], null)));
  evaluation.leave(2);
  return asList(sorted);
}

/** Fisher and Yates, inside out. */
function shuffle(evaluation: Evaluation, list: readonly unknown[]): readonly unknown[] {
  if (list.length <= 1) return list;
  evaluation.charge(list.length);
  const shuffled = newList();
  for (let i = 0; i < list.length; i++) {
    const place = Math.floor(evaluation.draw.random() * (i + 1));
    if (place !== i) shuffled[i] = shuffled[place];
    shuffled[place] = list[i];
  }
  return shuffled;
}

function distinct(evaluation: Evaluation, value: unknown): unknown {
  if (!Array.isArray(value) || value.length <= 1) return value;
  const results = isSequence(value) ? newSequence() : newList();
  const scalars = new Set<unknown>();
  const others = new Map<string, unknown[]>();
  for (let i = 0; i < value.length; i++) {
    evaluation.charge(1);
    const element: unknown = value[i];
    if (typeof element === 'object' && element !== null) {
      const key = keyOf(evaluation, element);
      const alike = others.get(key);
      if (alike === undefined) others.set(key, [element]);
      else if (alike.some((known) => isEqual(evaluation, element, known))) continue;
      else alike.push(element);
    } else if (scalars.has(element)) continue;
    else scalars.add(element);
    results.push(element);
  }
  return results;
}

/** The same for equal values and for few others, so that an element is compared with those that share it alone. */
function keyOf(evaluation: Evaluation, value: unknown): string {
  evaluation.charge(1);
  if (typeof value === 'string') {
    evaluation.chargeText(value.length);
    return value;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof FunctionValue) return '';
  evaluation.enter(1);
  const parts = Array.isArray(value)
    ? value.map((each) => keyOf(evaluation, each))
    : Object.keys(value)
        .sort()
        .map((key) => `${key}:${keyOf(evaluation, (value as Readonly<Record<string, unknown>>)[key])}`);
  evaluation.leave(1);
  evaluation.requireResult(parts.reduce((size, part) => size + part.length + 1, 0));
  return `${Array.isArray(value) ? '[' : '{'}${parts.join()}]`;
}

export const ORDER_FUNCTIONS: readonly BuiltIn[] = [
  of('sort', '<af?:a>', 2, sort),
  of('shuffle', '<a:a>', 1, shuffle),
  of('distinct', '<x:x>', 1, distinct),
];
