import { Binding, type Evaluation, Frame } from './evaluation.ts';
import { combine, type List } from './values.ts';

/** A value on its way through a path, with what `@$name`, `#$name` and `%` bound on the way. */
export class Tuple {
  readonly value: unknown;
  bindings: Binding | null;
  constructor(value: unknown, bindings: Binding | null) {
    this.value = value;
    this.bindings = bindings;
  }
}

export function newTuples(): List {
  const tuples: List = [];
  tuples.kind = 'tuples';
  return tuples;
}

export function isTuples(value: unknown): value is List & Tuple[] {
  return Array.isArray(value) && (value as List).kind === 'tuples';
}

export function frameOf(tuple: Tuple, frame: Frame): Frame {
  return tuple.bindings === null ? frame : new Frame(frame, tuple.bindings);
}

/** A tuple that came out of a path within a step: it keeps what the outer one bound. */
export function within(outer: Tuple, inner: Tuple): Tuple {
  let bindings = outer.bindings;
  for (const each of listed(inner).reverse()) bindings = new Binding(each.name, each.value, bindings);
  return new Tuple(inner.value, bindings);
}

/** Tuples as one, with lists of what they held. */
export function reduceTuples(evaluation: Evaluation, tuples: readonly Tuple[]): Tuple {
  if (tuples.length === 1) return tuples[0]!;
  const held = new Map<string, unknown[]>();
  for (const tuple of tuples) {
    for (const { name, value } of listed(tuple)) {
      const values = held.get(name);
      if (values === undefined) held.set(name, [value]);
      else values.push(value);
    }
  }
  let bindings: Binding | null = null;
  for (const [name, values] of held) bindings = new Binding(name, combine(evaluation, values), bindings);
  return new Tuple(
    combine(
      evaluation,
      tuples.map(({ value }) => value),
    ),
    bindings,
  );
}

/** The bindings that no other of the same name hides. */
function listed(tuple: Tuple): Binding[] {
  const seen = new Set<string>();
  const all: Binding[] = [];
  for (let each = tuple.bindings; each !== null; each = each.next) {
    if (!seen.has(each.name)) all.push(each);
    seen.add(each.name);
  }
  return all;
}
