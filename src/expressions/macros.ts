import { setKey } from './compile-literals.ts';
import { requireBool } from './compile-operators.ts';
import type { Compiler, Locals, Part } from './compiler.ts';
import { type Closure, type Evaluation, Fault } from './evaluation.ts';
import { sortBy } from './functions-lists.ts';
import type { Node } from './parse.ts';
import { describe, isMap, type JsonMap, requireList } from './values.ts';

export type Macro = (
  compiler: Compiler,
  node: Node,
  receiver: Node,
  args: readonly Node[],
  locals: Locals,
  levels: number,
) => Part;

/** The pieces of a macro call once compiled: what it goes over, and a body run once per element. */
interface Loop {
  readonly elements: (evaluation: Evaluation) => readonly unknown[];
  readonly source: Closure;
  /** Places of the loop's variables. */
  readonly slots: readonly number[];
  readonly bodies: readonly Closure[];
  /** Steps of one iteration: one, and one for each operation of the bodies. */
  readonly cost: number;
}

function compileLoop(
  compiler: Compiler,
  receiver: Node,
  args: readonly Node[],
  variables: number,
  locals: Locals,
  levels: number,
): Loop {
  const source = compiler.compile(receiver, locals, levels + 1).run;
  const inner = new Map(locals);
  const slots = args.slice(0, variables).map((arg) => {
    if (arg.op !== 'id')
      return compiler.fail(arg, 'the first argument of a macro is the name of its variable');
    const slot = compiler.slots++;
    inner.set(arg.args, slot);
    return slot;
  });
  const outside = compiler.operations;
  compiler.operations = 0;
  const bodies = args.slice(variables).map((arg) => compiler.compile(arg, inner, levels + 1).run);
  const cost = 1 + compiler.operations;
  compiler.operations = outside;
  return {
    source,
    slots,
    bodies,
    cost,
    elements: (evaluation) => elementsOf(evaluation, source(evaluation)),
  };
}

/** The elements of a list, the keys of a map. */
function elementsOf(evaluation: Evaluation, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isMap(value)) throw new Fault(`a macro goes over a list or a map, not ${describe(value)}`);
  const keys = Object.keys(value);
  evaluation.charge(keys.length);
  return keys;
}

/** `all`, `exists`: an element that decides wins over errors of others. */
function quantifier(decisive: boolean): Macro {
  return (compiler, _node, receiver, args, locals, levels) => {
    const loop = compileLoop(compiler, receiver, args, 1, locals, levels);
    const [slot, predicate] = [loop.slots[0]!, loop.bodies[0]!];
    const run: Closure = (evaluation) => {
      let fault: Fault | undefined;
      for (const element of loop.elements(evaluation)) {
        evaluation.charge(loop.cost);
        evaluation.locals[slot] = element;
        try {
          if (requireBool(predicate(evaluation), 'the predicate of a macro') === decisive) return decisive;
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          fault ??= error;
        }
      }
      if (fault !== undefined) throw fault;
      return !decisive;
    };
    return { run };
  };
}

const existsOne: Macro = (compiler, _node, receiver, args, locals, levels) => {
  const loop = compileLoop(compiler, receiver, args, 1, locals, levels);
  const [slot, predicate] = [loop.slots[0]!, loop.bodies[0]!];
  const run: Closure = (evaluation) => {
    let count = 0;
    for (const element of loop.elements(evaluation)) {
      evaluation.charge(loop.cost);
      evaluation.locals[slot] = element;
      if (requireBool(predicate(evaluation), 'the predicate of a macro')) count++;
    }
    return count === 1;
  };
  return { run };
};

/** `filter(x, p)`, `map(x, t)` and `map(x, p, t)`: with no transform the element itself is kept. */
function collector(filters: boolean, transforms: boolean): Macro {
  return (compiler, _node, receiver, args, locals, levels) => {
    const loop = compileLoop(compiler, receiver, args, 1, locals, levels);
    const slot = loop.slots[0]!;
    const predicate = filters ? loop.bodies[0] : undefined;
    const transform = transforms ? loop.bodies.at(-1) : undefined;
    const run: Closure = (evaluation) => {
      const kept: unknown[] = [];
      for (const element of loop.elements(evaluation)) {
        evaluation.charge(loop.cost);
        evaluation.locals[slot] = element;
        if (predicate && !requireBool(predicate(evaluation), 'the predicate of a macro')) continue;
        kept.push(transform ? transform(evaluation) : element);
      }
      return kept;
    };
    return { run };
  };
}

const sortByKey: Macro = (compiler, _node, receiver, args, locals, levels) => {
  const loop = compileLoop(compiler, receiver, args, 1, locals, levels);
  const [slot, key] = [loop.slots[0]!, loop.bodies[0]!];
  const run: Closure = (evaluation) => {
    const list = requireList(loop.source(evaluation), 'sortBy()');
    const keyed = list.map((item) => {
      evaluation.charge(loop.cost);
      evaluation.locals[slot] = item;
      return { item, key: key(evaluation) };
    });
    return sortBy(evaluation, keyed, (entry) => entry.key).map((entry) => entry.item);
  };
  return { run };
};

/** `transformMap(k, v, t)` and `transformMap(k, v, p, t)` over a map: the same keys, other values. */
const transformMap: Macro = (compiler, node, receiver, args, locals, levels) => {
  const loop = compileLoop(compiler, receiver, args, 2, locals, levels);
  const [keySlot, valueSlot] = [loop.slots[0]!, loop.slots[1]!];
  const predicate = loop.bodies.length === 2 ? loop.bodies[0] : undefined;
  const transform = loop.bodies.at(-1) ?? compiler.fail(node, 'transformMap() wants a transform');
  const run: Closure = (evaluation) => {
    const source = loop.source(evaluation);
    if (!isMap(source)) throw new Fault(`transformMap() goes over a map, not ${describe(source)}`);
    const map: Record<string, unknown> = {};
    for (const key of elementsOf(evaluation, source)) {
      evaluation.charge(loop.cost);
      evaluation.locals[keySlot] = key;
      evaluation.locals[valueSlot] = (source as JsonMap)[key as string];
      if (predicate && !requireBool(predicate(evaluation), 'the predicate of a macro')) continue;
      setKey(map, key, transform(evaluation));
    }
    return map;
  };
  return { run };
};

/** Macros by name and number of arguments. */
export const MACROS: ReadonlyMap<string, Macro> = new Map([
  ['all/2', quantifier(false)],
  ['exists/2', quantifier(true)],
  ['exists_one/2', existsOne],
  ['existsOne/2', existsOne],
  ['filter/2', collector(true, false)],
  ['map/2', collector(false, true)],
  ['map/3', collector(true, true)],
  ['sortBy/2', sortByKey],
  ['transformMap/3', transformMap],
  ['transformMap/4', transformMap],
]);
