import { type Compiler, constant, type Locals, type Part } from './compiler.ts';
import { type Closure, Fault } from './evaluation.ts';
import { findMember, readIndex, readMember, readOptionalIndex, readOptionalMember } from './members.ts';
import type { Node } from './parse.ts';
import { TYPE_VALUES } from './values.ts';

export type AccessNode = Extract<Node, { op: '.' | '.?' | '[]' | '[?]' }>;
type VariableNode = Extract<Node, { op: 'id' }>;

function isAccess(node: Node): node is AccessNode {
  return node.op === '.' || node.op === '.?' || node.op === '[]' || node.op === '[?]';
}

/** True for a name that stands for a variable of the scope, not for a macro variable or a type. */
function isScopeVariable(compiler: Compiler, name: string, locals: Locals): boolean {
  if (locals.has(name)) return false;
  return compiler.variables?.has(name) === true || !TYPE_VALUES.has(name);
}

/** A name that stands alone. */
export function compileVariable(compiler: Compiler, node: VariableNode, locals: Locals): Part {
  notePath(compiler, node, locals);
  return compileRoot(compiler, node, locals);
}

function compileRoot(compiler: Compiler, node: VariableNode, locals: Locals): Part {
  const name = node.args;
  const slot = locals.get(name);
  if (slot !== undefined) return { run: (evaluation) => evaluation.locals[slot] };
  if (!isScopeVariable(compiler, name, locals)) return constant(TYPE_VALUES.get(name));
  if (compiler.variables?.has(name) === false || name in Object.prototype) {
    const known = compiler.variables ? `; there are ${[...compiler.variables].join(', ')}` : '';
    compiler.fail(node, `unknown variable "${name}"${known}`);
  }
  compiler.references.add(name);
  const run: Closure = (evaluation) => {
    const value = evaluation.scope[name];
    if (value === undefined) throw new Fault(`the variable "${name}" has no value here`);
    return value;
  };
  return { run, borrowed: true };
}

/** The key that an access names in the text, if it does. */
function staticKey(node: AccessNode): string | undefined {
  const key = node.args[1];
  if (typeof key === 'string') return key;
  return key.op === 'value' && typeof key.args === 'string' ? key.args : undefined;
}

interface StaticPath {
  readonly path: readonly string[];
  /** Whether every key up to here is static. */
  readonly open: boolean;
}

function staticPath(compiler: Compiler, node: Node, locals: Locals): StaticPath | undefined {
  if (node.op === 'id') {
    return isScopeVariable(compiler, node.args, locals) ? { path: [node.args], open: true } : undefined;
  }
  if (!isAccess(node)) return undefined;
  const target = staticPath(compiler, node.args[0], locals);
  const key = staticKey(node);
  if (target === undefined || !target.open) return target;
  return key === undefined ? { ...target, open: false } : { path: [...target.path, key], open: true };
}

function notePath(compiler: Compiler, node: Node, locals: Locals): void {
  const found = staticPath(compiler, node, locals);
  if (found) compiler.paths.set(JSON.stringify(found.path), Object.freeze(found.path));
}

/** `a.b`, `a.?b`, `a[b]`, `a[?b]`; the outermost access of a chain notes its path. */
export function compileAccess(compiler: Compiler, node: AccessNode, locals: Locals, levels: number): Part {
  notePath(compiler, node, locals);
  return compileLink(compiler, node, locals, levels);
}

/** An inner link of a chain of accesses. */
function compileTarget(compiler: Compiler, node: Node, locals: Locals, levels: number): Part {
  if (node.op === 'id') return compileRoot(compiler, node, locals);
  return isAccess(node)
    ? compileLink(compiler, node, locals, levels)
    : compiler.compile(node, locals, levels);
}

function compileLink(compiler: Compiler, node: AccessNode, locals: Locals, levels: number): Part {
  const target = compileTarget(compiler, node.args[0], locals, levels + 1);
  const run = target.run;
  const optional = node.op === '.?' || node.op === '[?]';
  const borrowed = target.borrowed === true && !optional;
  const key = staticKey(node);
  if (key !== undefined) {
    return optional
      ? { run: (evaluation) => readOptionalMember(run(evaluation), key) }
      : { run: (evaluation) => readMember(run(evaluation), key), borrowed };
  }
  const index = compiler.compile(node.args[1] as Node, locals, levels + 1).run;
  return optional
    ? { run: (evaluation) => readOptionalIndex(run(evaluation), index(evaluation)) }
    : { run: (evaluation) => readIndex(run(evaluation), index(evaluation)), borrowed };
}

/** `has(a.b.c)`: false, and no error, when any of the members named is missing. */
export function compileHas(compiler: Compiler, node: Node, locals: Locals, levels: number): Part {
  if (!isAccess(node) || staticKey(node) === undefined) {
    return compiler.fail(node, 'has() wants a member, such as has(event.data.x)');
  }
  notePath(compiler, node, locals);
  const find = compileFind(compiler, node, locals, levels);
  return { run: (evaluation) => find(evaluation) !== undefined };
}

function compileFind(compiler: Compiler, node: Node, locals: Locals, levels: number): Closure {
  const key = isAccess(node) ? staticKey(node) : undefined;
  if (!isAccess(node) || key === undefined) return compileTarget(compiler, node, locals, levels).run;
  const target = compileFind(compiler, node.args[0], locals, levels + 1);
  return (evaluation) => findMember(target(evaluation), key);
}
