import { argumentsFor, BuiltIn, of } from './built-in.ts';
import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { apply, asList, combine, FunctionValue, isTrue, type List, newList, newSequence } from './values.ts';

type Elements = readonly unknown[];

/** Calls a function for each element, with its place and the list as far as it takes them. */
function forEach(
  evaluation: Evaluation,
  list: Elements,
  called: unknown,
  take: (result: unknown, element: unknown) => void,
): void {
  if (!(called instanceof FunctionValue)) throw new Fault('T1006');
  evaluation.enter(2);
  for (let i = 0; i < list.length; i++) {
    const element = list[i];
    take(apply(evaluation, called, argumentsFor(called, element, i, list), null), element);
  }
  evaluation.leave(2);
}

function map(evaluation: Evaluation, list: Elements, called: unknown): List {
  const results = newSequence();
  forEach(evaluation, list, called, (result) => {
    if (result !== undefined) results.push(result);
  });
  return results;
}

function filter(evaluation: Evaluation, list: Elements, called: unknown): List {
  const results = newSequence();
  forEach(evaluation, list, called, (result, element) => {
    if (isTrue(evaluation, result)) results.push(element);
  });
  return results;
}

function single(evaluation: Evaluation, list: Elements, called: unknown): unknown {
  const found: unknown[] = [];
  const add = (element: unknown): void => {
    if (found.push(element) > 1) throw new Fault('D3138');
  };
  if (called === undefined) list.forEach(add);
  else {
    forEach(evaluation, list, called, (result, element) => {
      if (isTrue(evaluation, result)) add(element);
    });
  }
  if (found.length === 0) throw new Fault('D3139');
  return found[0];
}

function reduce(evaluation: Evaluation, list: Elements, called: unknown, initial: unknown): unknown {
  if (!(called instanceof FunctionValue)) throw new Fault('T1006');
  const { arity } = called;
  if (arity < 2) throw new Fault('D3050', { index: 1 });
  const fromFirst = initial === undefined && list.length > 0;
  let result = fromFirst ? list[0] : initial;
  evaluation.enter(2);
  for (let i = fromFirst ? 1 : 0; i < list.length; i++) {
    const args = [result, list[i], i, list].slice(0, Math.max(2, Math.min(arity, 4)));
    result = apply(evaluation, called, args, null);
  }
  evaluation.leave(2);
  return result;
}

function zip(evaluation: Evaluation, ...lists: unknown[]): List {
  let length = Number.POSITIVE_INFINITY;
  for (const list of lists) length = Math.min(length, Array.isArray(list) ? list.length : 0);
  evaluation.requireResult(length * lists.length);
  evaluation.charge(length * lists.length);
  const rows = newList();
  for (let i = 0; i < length; i++) rows.push(asList(lists.map((list) => (list as Elements)[i])));
  return rows;
}

function reverse(evaluation: Evaluation, list: Elements): Elements {
  if (list.length <= 1) return list;
  evaluation.charge(list.length);
  return asList([...list].reverse());
}

/** Higher-order functions over lists, and what puts lists together. */
export const LIST_FUNCTIONS: readonly BuiltIn[] = [
  new BuiltIn('count', '<a:n>', 1, (_, list?: Elements) => list?.length ?? 0),
  new BuiltIn('append', '<xx:a>', 2, (evaluation, left: unknown, right: unknown) =>
    combine(evaluation, [left, right]),
  ),
  of('map', '<af>', 2, map),
  of('filter', '<af>', 2, filter),
  of('single', '<af?>', 2, single),
  of('reduce', '<afj?:j>', 3, reduce),
  new BuiltIn('zip', '<a+>', 0, zip),
  of('reverse', '<a:a>', 1, reverse),
];
