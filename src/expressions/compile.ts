import { LIMITS, type Limits } from '../model/limits.ts';
import { compileAccess, compileVariable } from './compile-access.ts';
import { compileCall } from './compile-call.ts';
import { compileList, compileMap, compileValue } from './compile-literals.ts';
import { compileArithmetic, compileConditional, compileLogic, compileUnary } from './compile-operators.ts';
import type { Compiler, Locals, Part } from './compiler.ts';
import type { Closure } from './evaluation.ts';
import { Memo } from './memo.ts';
import { invalidExpression, type Node, parseExpression, tooDeep } from './parse.ts';

export interface CompileOptions {
  /** Defaults to the table in src/model/limits.ts. */
  readonly limits?: Limits;
  /** The top-level variables there are; without it any name is accepted and looked up when evaluated. */
  readonly variables?: readonly string[];
}

export interface CompiledText {
  readonly run: Closure;
  readonly slots: number;
  readonly borrowed: boolean;
  readonly references: readonly string[];
  readonly paths: readonly (readonly string[])[];
}

/** Texts over any variables, by the limits they were compiled under. */
const compiled = new WeakMap<Limits, Memo<CompiledText>>();

/** Compiles the text of an expression to a closure. */
export function compileText(text: string, options: CompileOptions): CompiledText {
  const { limits = LIMITS, variables } = options;
  if (variables !== undefined) return compileNew(text, limits, variables);
  let memo = compiled.get(limits);
  if (memo === undefined) {
    memo = new Memo();
    compiled.set(limits, memo);
  }
  return memo.of(text, () => compileNew(text, limits, undefined));
}

function compileNew(text: string, limits: Limits, variables: readonly string[] | undefined): CompiledText {
  const compiler: Compiler = {
    text,
    limits,
    variables: variables && new Set(variables),
    references: new Set(),
    paths: new Map(),
    slots: 0,
    operations: 0,
    compile: (node, locals, levels) => compileNode(compiler, node, locals, levels),
    fail: (node, cause) => {
      throw invalidExpression(text, node.start, cause);
    },
  };
  const part = compiler.compile(parseExpression(text, limits), new Map(), 1);
  return {
    run: part.run,
    slots: compiler.slots,
    borrowed: part.borrowed === true,
    references: Object.freeze([...compiler.references]),
    paths: Object.freeze([...compiler.paths.values()]),
  };
}

function compileNode(compiler: Compiler, node: Node, locals: Locals, levels: number): Part {
  if (levels > compiler.limits.expressionDepth) throw tooDeep(compiler.limits, compiler.text);
  if (node.op === 'value') return compileValue(compiler, node);
  if (node.op === 'id') return compileVariable(compiler, node, locals);
  compiler.operations++;
  switch (node.op) {
    case '.':
    case '.?':
    case '[]':
    case '[?]':
      return compileAccess(compiler, node, locals, levels);
    case 'call':
    case 'rcall':
      return compileCall(compiler, node, locals, levels);
    case 'list':
      return compileList(compiler, node, locals, levels);
    case 'map':
      return compileMap(compiler, node, locals, levels);
    case '?:':
      return compileConditional(compiler, node, locals, levels);
    case '&&':
    case '||':
      return compileLogic(compiler, node, locals, levels);
    case '!_':
    case '-_':
      return compileUnary(compiler, node, locals, levels);
    default:
      return compileArithmetic(compiler, node, locals, levels);
  }
}
