import { UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { type Compiler, constant, type Locals, type Part } from './compiler.ts';
import { Fault } from './evaluation.ts';
import type { Node } from './parse.ts';
import { describe, requireString } from './values.ts';

type NodeOf<Operator> = Extract<Node, { op: Operator }>;

/** Keys that would reach a prototype in a program that copies the value carelessly. */
const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export function compileValue(compiler: Compiler, node: NodeOf<'value'>): Part {
  const value = node.args;
  if (value instanceof Uint8Array) return compiler.fail(node, 'bytes are not supported');
  const int = value instanceof UnsignedInt ? value.valueOf() : value;
  if (typeof int !== 'bigint') return constant(value, typeof value === 'number');
  const number = Number(int);
  if (!Number.isSafeInteger(number)) {
    return compiler.fail(node, `${int} is beyond 2^53, where ints are no longer exact`);
  }
  return constant(number);
}

export function compileList(compiler: Compiler, node: NodeOf<'list'>, locals: Locals, levels: number): Part {
  const parts = node.args.map((item) => compiler.compile(item, locals, levels + 1));
  compiler.operations += parts.length;
  if (parts.every((part) => part.constant)) {
    return constant(Object.freeze(parts.map((part) => part.constant?.value)));
  }
  const runs = parts.map((part) => part.run);
  return { run: (evaluation) => runs.map((run) => run(evaluation)) };
}

/** Keys are strings, because the map is a JSON object; a repeated key is an error. */
export function compileMap(compiler: Compiler, node: NodeOf<'map'>, locals: Locals, levels: number): Part {
  compiler.operations += node.args.length;
  const entries = node.args.map(([keyNode, valueNode]) => {
    const key = compiler.compile(keyNode, locals, levels + 1);
    const value = compiler.compile(valueNode, locals, levels + 1);
    const refused = key.constant && refuseKey(key.constant.value);
    if (refused) compiler.fail(keyNode, refused);
    return { key, value };
  });
  const run: Part['run'] = (evaluation) => {
    const map: Record<string, unknown> = {};
    for (const { key, value } of entries) setKey(map, key.run(evaluation), value.run(evaluation));
    return map;
  };
  return { run };
}

function refuseKey(key: unknown): string | undefined {
  if (typeof key !== 'string') return `the keys of a map are strings, not ${describe(key)}`;
  return UNSAFE_KEYS.has(key) ? `the key "${key}" is refused` : undefined;
}

/** Sets a key of a map being built. Throws a Fault on one that is no string, unsafe or there already. */
export function setKey(map: Record<string, unknown>, key: unknown, value: unknown): void {
  const refused = refuseKey(key);
  if (refused) throw new Fault(refused);
  const name = requireString(key, 'a map');
  if (Object.hasOwn(map, name)) throw new Fault(`the key ${describe(name)} stands twice in a map`);
  map[name] = value;
}

export function isUnsafeKey(key: string): boolean {
  return UNSAFE_KEYS.has(key);
}
