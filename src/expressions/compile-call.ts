import { compileHas } from './compile-access.ts';
import type { Compiler, Locals, Part } from './compiler.ts';
import { type Closure, type Evaluation, Fault } from './evaluation.ts';
import type { FunctionRow } from './function-row.ts';
import { FUNCTIONS, methodKey } from './functions.ts';
import { MACROS } from './macros.ts';
import type { Node } from './parse.ts';
import { compilePattern } from './patterns.ts';
import { describe, Optional } from './values.ts';

type CallNode = Extract<Node, { op: 'call' | 'rcall' }>;

const NAMESPACES: ReadonlySet<string> = new Set(['math', 'lists', 'cel', 'optional']);

/** `f(x)`, `x.f()`, `math.f(x)` and the macros. */
export function compileCall(compiler: Compiler, node: CallNode, locals: Locals, levels: number): Part {
  if (node.op === 'call') {
    const [name, args] = node.args;
    if (name === 'has' && args.length === 1) return compileHas(compiler, args[0]!, locals, levels + 1);
    return compileFunction(compiler, node, name, name, args, locals, levels);
  }
  const [name, receiver, args] = node.args;
  if (receiver.op === 'id' && NAMESPACES.has(receiver.args) && !locals.has(receiver.args)) {
    const full = `${receiver.args}.${name}`;
    if (full === 'cel.bind') return compileBind(compiler, node, args, locals, levels);
    if (!compiler.variables?.has(receiver.args)) {
      return compileFunction(compiler, node, full, full, args, locals, levels);
    }
  }
  const macro = MACROS.get(`${name}/${args.length}`);
  if (macro) return macro(compiler, node, receiver, args, locals, levels);
  if ((name === 'orValue' || name === 'or') && args.length === 1) {
    return compileAlternative(compiler, name, receiver, args[0]!, locals, levels);
  }
  return compileFunction(compiler, node, name, methodKey(name), [receiver, ...args], locals, levels);
}

function compileFunction(
  compiler: Compiler,
  node: CallNode,
  name: string,
  key: string,
  args: readonly Node[],
  locals: Locals,
  levels: number,
): Part {
  const row = FUNCTIONS.get(key) ?? compiler.fail(node, unknownFunction(name, key));
  const [fewest, most] = row.arity;
  if (args.length < fewest || args.length > most) {
    const receiver = key === name ? 0 : 1;
    const range = fewest === most ? `${fewest - receiver}` : `${fewest - receiver} to ${most - receiver}`;
    compiler.fail(node, `${name}() takes ${range} arguments, not ${args.length - receiver}`);
  }
  const parts = args.map((arg) => compiler.compile(arg, locals, levels + 1));
  const pattern = row.name === 'matches' ? parts[1]?.constant : undefined;
  if (typeof pattern?.value === 'string') return compileMatches(compiler, node, parts[0]!.run, pattern.value);
  return {
    run: apply(
      row,
      parts.map((part) => part.run),
    ),
    double: row.double === true,
  };
}

function unknownFunction(name: string, key: string): string {
  if (key === name && FUNCTIONS.has(methodKey(name))) return `${name}() is a method: write x.${name}(...)`;
  if (key !== name && FUNCTIONS.has(name)) return `${name}() is a function: write ${name}(x)`;
  return `unknown function "${name}"`;
}

function apply({ call }: FunctionRow, args: readonly Closure[]): Closure {
  const [first, second, third] = args;
  if (first === undefined) return (evaluation) => call(evaluation);
  if (second === undefined) return (evaluation) => call(evaluation, first(evaluation));
  if (third === undefined) return (evaluation) => call(evaluation, first(evaluation), second(evaluation));
  return (evaluation) => call(evaluation, ...args.map((arg) => arg(evaluation)));
}

function compileMatches(compiler: Compiler, node: Node, subject: Closure, pattern: string): Part {
  try {
    const matcher = compilePattern(pattern);
    return { run: (evaluation) => matcher(evaluation, subject(evaluation)) };
  } catch (error) {
    if (error instanceof Fault) return compiler.fail(node, error.message);
    throw error;
  }
}

/** `cel.bind(name, value, body)`. */
function compileBind(
  compiler: Compiler,
  node: Node,
  args: readonly Node[],
  locals: Locals,
  levels: number,
): Part {
  const [name, value, body] = args;
  if (args.length !== 3 || name?.op !== 'id') return compiler.fail(node, 'write cel.bind(name, value, body)');
  const bound = compiler.compile(value!, locals, levels + 1).run;
  const slot = compiler.slots++;
  const inner = compiler.compile(body!, new Map(locals).set(name.args, slot), levels + 1);
  const run = (evaluation: Evaluation) => {
    evaluation.locals[slot] = bound(evaluation);
    return inner.run(evaluation);
  };
  return { run, double: inner.double === true };
}

/** `optional.orValue(x)` and `optional.or(optional)`; the alternative is evaluated only when it is needed. */
function compileAlternative(
  compiler: Compiler,
  name: 'orValue' | 'or',
  receiver: Node,
  alternative: Node,
  locals: Locals,
  levels: number,
): Part {
  const optional = compiler.compile(receiver, locals, levels + 1).run;
  const otherwise = compiler.compile(alternative, locals, levels + 1).run;
  const requireOptional = (value: unknown): Optional => {
    if (!(value instanceof Optional)) throw new Fault(`${name}() wants an optional, not ${describe(value)}`);
    return value;
  };
  if (name === 'orValue') {
    return {
      run: (evaluation) => {
        const value = Optional.read(requireOptional(optional(evaluation)));
        return value === undefined ? otherwise(evaluation) : value;
      },
    };
  }
  return {
    run: (evaluation) => {
      const value = requireOptional(optional(evaluation));
      return Optional.read(value) === undefined ? requireOptional(otherwise(evaluation)) : value;
    },
  };
}
