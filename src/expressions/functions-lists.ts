import { type Evaluation, Fault } from './evaluation.ts';
import type { FunctionRow } from './function-row.ts';
import { add, compare, equals } from './operators.ts';
import { requireInteger, requireList, requireNumber } from './values.ts';

/** A stable merge sort by CEL's order, every comparison a step. */
export function sortBy<T>(evaluation: Evaluation, list: readonly T[], key: (item: T) => unknown): T[] {
  evaluation.charge(list.length);
  return list.toSorted((left, right) => {
    evaluation.charge(1);
    return compare(evaluation, 'sorts with', key(left), key(right));
  });
}

function distinct(evaluation: Evaluation, value: unknown): readonly unknown[] {
  const seen = new Set<unknown>();
  const containers: unknown[] = [];
  return requireList(value, 'distinct()').filter((item) => {
    evaluation.charge(1);
    if (seen.has(item)) return false;
    seen.add(item);
    if (typeof item !== 'object' || item === null) return true;
    if (containers.some((other) => equals(evaluation, other, item))) return false;
    containers.push(item);
    return true;
  });
}

function flatten(evaluation: Evaluation, value: unknown, levels: unknown = 1): readonly unknown[] {
  const depth = requireInteger(levels, 'flatten()');
  if (depth < 0 || depth > 64) throw new Fault('flatten() takes 0 to 64 levels');
  const flat: unknown[] = [];
  const walk = (list: readonly unknown[], left: number) => {
    for (const item of list) {
      evaluation.charge(1);
      if (left > 0 && Array.isArray(item)) walk(item, left - 1);
      else flat.push(item);
    }
  };
  walk(requireList(value, 'flatten()'), depth);
  return flat;
}

function range(evaluation: Evaluation, count: unknown): readonly number[] {
  const length = requireInteger(count, 'lists.range()');
  if (length < 0) throw new Fault('lists.range() wants an int of at least 0');
  evaluation.requireResult(length);
  evaluation.charge(length);
  return Array.from({ length }, (_, i) => i);
}

function sum(evaluation: Evaluation, value: unknown): unknown {
  const list = requireList(value, 'sum()');
  evaluation.charge(list.length);
  let total: unknown = 0;
  for (const item of list) total = add(evaluation, total, requireNumber(item, 'sum()'), false);
  return total;
}

/** Positions outside the list are errors, as in CEL. */
function slice(evaluation: Evaluation, value: unknown, start: unknown, end: unknown): readonly unknown[] {
  const list = requireList(value, 'slice()');
  const from = requireInteger(start, 'slice()');
  const to = requireInteger(end, 'slice()');
  if (from < 0 || to < from || to > list.length) {
    throw new Fault(`slice(${from}, ${to}) is outside a list of ${list.length}`);
  }
  evaluation.charge(to - from);
  return list.slice(from, to);
}

function extreme(name: string, sign: 1 | -1): FunctionRow['call'] {
  return (evaluation, value) => {
    const list = requireList(value, `${name}()`);
    if (list.length === 0) throw new Fault(`${name}() of an empty list`);
    evaluation.charge(list.length);
    return list.reduce((best, item) =>
      compare(evaluation, 'compares with', item, best) * sign > 0 ? item : best,
    );
  };
}

export const LIST_FUNCTIONS: readonly FunctionRow[] = [
  { name: 'lists.range', form: 'global', arity: [1, 1], call: range },
  {
    name: 'sort',
    form: 'method',
    arity: [1, 1],
    call: (evaluation, value) => sortBy(evaluation, requireList(value, 'sort()'), (item) => item),
  },
  {
    name: 'reverse',
    form: 'method',
    arity: [1, 1],
    call: (evaluation, value) => {
      const list = requireList(value, 'reverse()');
      evaluation.charge(list.length);
      return list.toReversed();
    },
  },
  { name: 'distinct', form: 'method', arity: [1, 1], call: distinct },
  { name: 'flatten', form: 'method', arity: [1, 2], call: flatten },
  { name: 'slice', form: 'method', arity: [3, 3], call: slice },
  { name: 'sum', form: 'method', arity: [1, 1], call: sum },
  { name: 'min', form: 'method', arity: [1, 1], call: extreme('min', -1) },
  { name: 'max', form: 'method', arity: [1, 1], call: extreme('max', 1) },
];
