import type { SortNode } from './ast.ts';
import type { Compiler } from './compiler.ts';
import type { Closure, Evaluation, Frame } from './evaluation.ts';
import { Fault } from './fault.ts';
import { mergeSort } from './merge-sort.ts';
import { frameOf, isTuples, newTuples, type Tuple } from './tuples.ts';
import { asList, type List } from './values.ts';

export type Sort = (evaluation: Evaluation, values: readonly unknown[], frame: Frame) => List;

interface Term {
  readonly run: Closure;
  readonly descending: boolean;
}

/** An element with its sort keys, made when a comparison first needs them. */
interface Entry {
  readonly element: unknown;
  readonly keys: unknown[];
}

/** `^(>a, b)`: sorts values, or tuples by what they hold. Nothing goes last. */
export function compileSort(compiler: Compiler, node: SortNode): Sort {
  const terms: readonly Term[] = node.terms.map(({ expression, descending }) => ({
    run: compiler.compile(expression),
    descending,
  }));
  const { position } = node;
  return (evaluation, values, frame) => {
    if (values.length <= 1) return values as List;
    const tuples = isTuples(values);
    const keyOf = (entry: Entry, term: number): unknown => {
      if (entry.keys.length > term) return entry.keys[term];
      evaluation.charge(1);
      const { run } = terms[term]!;
      const { element } = entry;
      const key = tuples
        ? run(evaluation, (element as Tuple).value, frameOf(element as Tuple, frame))
        : run(evaluation, element, frame);
      entry.keys.push(key);
      return key;
    };
    const entries = values.map((element): Entry => ({ element, keys: [] }));
    const sorted = mergeSort(entries, (left, right) => {
      evaluation.charge(1);
      return isBehind(left, right, terms, keyOf, position);
    });
    if (!tuples) return asList(sorted.map(({ element }) => element));
    const result = newTuples();
    for (const { element } of sorted) result.push(element);
    return result;
  };
}

function isBehind(
  left: Entry,
  right: Entry,
  terms: readonly Term[],
  keyOf: (entry: Entry, term: number) => unknown,
  position: number | undefined,
): boolean {
  for (let i = 0; i < terms.length; i++) {
    const order = compare(keyOf(left, i), keyOf(right, i), terms[i]!.descending, position);
    if (order !== 0) return order > 0;
  }
  return false;
}

function compare(left: unknown, right: unknown, descending: boolean, position: number | undefined): number {
  if (left === undefined) return right === undefined ? 0 : 1;
  if (right === undefined) return -1;
  if (!isSortable(left) || !isSortable(right)) {
    throw new Fault('T2008', { value: isSortable(left) ? right : left, position });
  }
  if (typeof left !== typeof right) throw new Fault('T2007', { value: left, value2: right, position });
  if (left === right) return 0;
  return left < right === descending ? 1 : -1;
}

function isSortable(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
