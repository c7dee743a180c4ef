import type { Group, Pair, UnaryNode } from './ast.ts';
import type { Compiler } from './compiler.ts';
import type { Closure, Evaluation, Frame } from './evaluation.ts';
import { Fault } from './fault.ts';
import { frameOf, isTuples, reduceTuples, type Tuple } from './tuples.ts';
import { combine, Made, setMember } from './values.ts';

interface CompiledPair {
  readonly key: Closure;
  readonly value: Closure;
  /** The key, where it is a literal. */
  readonly name: string | undefined;
}

function compilePairs(compiler: Compiler, pairs: readonly Pair[]): readonly CompiledPair[] {
  return pairs.map(([key, value]) => ({
    key: compiler.compile(key),
    value: compiler.compile(value),
    name:
      key.type === 'string' && key.predicate === undefined && key.group === undefined
        ? String(key.value)
        : undefined,
  }));
}

/** `{key: value, ...}` over the context. */
export function compileObject(compiler: Compiler, node: UnaryNode & { readonly value: '{' }): Closure {
  const pairs = compilePairs(compiler, node.lhs);
  const group = grouping(pairs, node.position);
  const fixed = fixedMembers(pairs);
  if (fixed === undefined) return group;
  return (evaluation, input, frame) =>
    Array.isArray(input) ? group(evaluation, input, frame) : fixed(evaluation, input, frame);
}

/** For keys that are literals, each there once: every one has its value over the context as it is. */
function fixedMembers(pairs: readonly CompiledPair[]): Closure | undefined {
  const names = pairs.map(({ name }) => name);
  if (names.includes(undefined) || new Set(names).size < names.length) return undefined;
  return (evaluation, input, frame) => {
    evaluation.steps -= pairs.length;
    const object = new Made();
    for (let i = 0; i < pairs.length; i++) {
      const { name, value: run } = pairs[i]!;
      const value = run(evaluation, input, frame);
      if (value !== undefined) setMember(object, name!, value);
    }
    return object;
  };
}

interface Collected {
  readonly pair: number;
  readonly items: unknown[];
}

/** `value{key: value, ...}`: groups the elements by their keys; each value is over the elements of its group. */
export function compileGroup(compiler: Compiler, { lhs, position }: Group): Closure {
  return grouping(compilePairs(compiler, lhs), position);
}

function grouping(pairs: readonly CompiledPair[], position: number | undefined): Closure {
  return (evaluation, input, frame) => {
    const tuples = isTuples(input);
    const items: readonly unknown[] =
      Array.isArray(input) && input.length > 0 ? input : [Array.isArray(input) ? undefined : input];
    const groups = new Map<string, Collected>();
    for (const item of items) {
      evaluation.charge(1 + pairs.length);
      for (let i = 0; i < pairs.length; i++) {
        const key =
          tuples && item !== undefined
            ? overTuple(evaluation, item as Tuple, pairs[i]!.key, frame)
            : pairs[i]!.key(evaluation, item, frame);
        if (key === undefined) continue;
        if (typeof key !== 'string') throw new Fault('T1003', { value: key, position });
        const group = groups.get(key);
        if (group === undefined) groups.set(key, { pair: i, items: [item] });
        else if (group.pair === i) group.items.push(item);
        else throw new Fault('D1009', { value: key, position });
      }
    }
    const object = new Made();
    for (const key of inOrder(groups)) {
      const { pair, items: members } = groups.get(key)!;
      const { value: run } = pairs[pair]!;
      const value =
        tuples && members[0] !== undefined
          ? overTuple(evaluation, reduceTuples(evaluation, members as Tuple[]), run, frame)
          : run(evaluation, combine(evaluation, members), frame);
      if (value !== undefined) setMember(object, key, value);
    }
    return object;
  };
}

function overTuple(evaluation: Evaluation, tuple: Tuple, run: Closure, frame: Frame): unknown {
  return run(evaluation, tuple.value, frameOf(tuple, frame));
}

/** Keys in the order in which an object lists them: array indexes first. */
function inOrder(groups: ReadonlyMap<string, Collected>): readonly string[] {
  const ordered: Record<string, true> = Object.create(null);
  for (const key of groups.keys()) ordered[key] = true;
  return Object.keys(ordered);
}
