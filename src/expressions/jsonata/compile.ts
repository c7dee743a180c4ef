import type { Limits } from '../../model/limits.ts';
import type { Node, Stage } from './ast.ts';
import { compileApply } from './compile-apply.ts';
import { compileBinary, compileNegation } from './compile-binary.ts';
import { compileBind, compileBlock, compileCondition, compileVariable } from './compile-bindings.ts';
import { compileCall, compilePartial } from './compile-call.ts';
import { compileLambda, compileTailCall } from './compile-lambda.ts';
import { compileList } from './compile-list.ts';
import { compileGroup, compileObject } from './compile-object.ts';
import { compilePath } from './compile-path.ts';
import { compileRegex } from './compile-regex.ts';
import { compileTransform } from './compile-transform.ts';
import type { Compiler } from './compiler.ts';
import type { Closure } from './evaluation.ts';
import { compileFilter } from './filter.ts';
import { parseJsonata } from './parse.ts';
import { Scope } from './scope.ts';
import { descendants, lookUp, wildcard } from './steps.ts';
import { settle } from './values.ts';

export interface CompiledText {
  readonly run: Closure;
  readonly variables: readonly string[];
  /** Members of `$states` that are read; undefined when all may be. */
  readonly states: readonly string[] | undefined;
  /** The value is handed on from the bindings as it is there, or a list of such values. */
  readonly borrowed: boolean;
}

/** Compiles the text of an expression to a closure. Throws INVALID_EXPRESSION or LIMIT_EXCEEDED. */
export function compileText(text: string, limits: Limits): CompiledText {
  const tree = parseJsonata(text, limits);
  const compiler: Compiler = {
    limits,
    variables: new Set(),
    states: new Set(),
    scope: new Scope(null, false, [], [tree]),
    settlesCalls: false,
    level: 0,
    compile: (node) => compileNode(compiler, node),
    within: (scope, compile) => {
      const outside = compiler.scope;
      compiler.scope = scope;
      const result = compile();
      compiler.scope = outside;
      return result;
    },
  };
  const run = compiler.compile(tree);
  return {
    run,
    variables: Object.freeze([...compiler.variables]),
    states: compiler.states && Object.freeze([...compiler.states]),
    borrowed: isBorrowed(tree, compiler),
  };
}

function compileNode(compiler: Compiler, node: Node): Closure {
  const { settlesCalls } = compiler;
  compiler.level++;
  if (node.predicate !== undefined || node.group !== undefined) compiler.settlesCalls = true;
  const parts = compileParts(compiler, node);
  compiler.settlesCalls = settlesCalls;
  const run = withFilters(compiler, node, parts);
  compiler.level--;
  return run;
}

/** What may hold for any node: filters, grouping, and that a sequence becomes a value. */
function withFilters(compiler: Compiler, node: Node, plain: Closure): Closure {
  let run = plain;
  if (node.predicate !== undefined) run = filtered(compiler, node.predicate, run);
  if (node.group !== undefined && node.type !== 'path') {
    const group = compileGroup(compiler, node.group);
    const ungrouped = run;
    run = (evaluation, input, frame) => group(evaluation, ungrouped(evaluation, input, frame), frame);
  }
  if (run === plain && node.keepArray !== true && !GIVES_SEQUENCES.has(node.type)) return run;
  const whole = run;
  const keepArray = node.keepArray === true;
  return (evaluation, input, frame) => settle(whole(evaluation, input, frame), keepArray);
}

const GIVES_SEQUENCES: ReadonlySet<Node['type']> = new Set([
  'path',
  'name',
  'binary',
  'wildcard',
  'descendant',
  'function',
  'apply',
  'block',
  'bind',
  'condition',
  'variable',
  'parent',
] as const);

function filtered(compiler: Compiler, predicate: readonly Stage[], plain: Closure): Closure {
  const filters = predicate.flatMap((stage) =>
    stage.type === 'filter' ? [compileFilter(compiler, stage.expr)] : [],
  );
  return (evaluation, input, frame) => {
    let value = plain(evaluation, input, frame);
    for (let i = 0; i < filters.length; i++) value = filters[i]!(evaluation, value, frame);
    return value;
  };
}

function compileParts(compiler: Compiler, node: Node): Closure {
  switch (node.type) {
    case 'path':
      return compilePath(compiler, node);
    case 'binary':
      return compileBinary(compiler, node);
    case 'unary':
      if (node.value === '-') return compileNegation(compiler, node.expression, node.position);
      return node.value === '[' ? compileList(compiler, node) : compileObject(compiler, node);
    case 'name': {
      const { value } = node;
      return (evaluation, input) => lookUp(evaluation, input, value);
    }
    case 'string':
    case 'number':
    case 'value': {
      const { value } = node;
      return () => value;
    }
    case 'wildcard':
      return wildcard;
    case 'descendant':
      return descendants;
    case 'parent': {
      const { label } = node.slot;
      return (_, __, frame) => frame.find(label)?.value;
    }
    case 'condition':
      return compileCondition(compiler, node);
    case 'block':
      return compileBlock(compiler, node);
    case 'bind':
      return compileBind(compiler, node);
    case 'regex':
      return compileRegex(compiler, node);
    case 'function':
      return compileCall(compiler, node);
    case 'variable':
      return compileVariable(compiler, node);
    case 'lambda':
      return node.thunk === true ? compileTailCall(compiler, node) : compileLambda(compiler, node);
    case 'partial':
      return compilePartial(compiler, node);
    case 'apply':
      return compileApply(compiler, node);
    case 'transform':
      return compileTransform(compiler, node);
    case 'sort':
    case 'operator':
      throw new Error(`a node of type ${node.type} stands alone`);
  }
}

/** Whether the value can hold nothing that the expression made, save a list around it. */
function isBorrowed(node: Node, { variables }: Compiler): boolean {
  if (node.group !== undefined) return false;
  if (node.type === 'variable') return node.value !== 'states' && variables.has(node.value);
  if (node.type !== 'path') return false;
  const [first, ...others] = node.steps;
  return (
    first?.type === 'variable' && variables.has(first.value) && others.every(({ type }) => type === 'name')
  );
}
