import type { BindNode, BlockNode, ConditionNode, VariableNode } from './ast.ts';
import type { Compiler } from './compiler.ts';
import { type Closure, type Evaluation, Frame } from './evaluation.ts';
import { FUNCTIONS } from './functions.ts';
import { Scope } from './scope.ts';
import { type FunctionValue, isObject, isTrue, Made } from './values.ts';

/** `$`, `$$`, `$name`: what is bound in the expression goes before the bindings, and these before the built-in functions. */
export function compileVariable(compiler: Compiler, node: VariableNode): Closure {
  const name = node.value;
  if (name === '') return (_, input) => input;
  const builtIn = FUNCTIONS.get(name);
  const isBound = compiler.scope.has(name);
  if (!isBound && builtIn === undefined && name !== '$') {
    compiler.variables.add(name);
  }
  if (name === 'states' && !compiler.scope.mayHave(name)) {
    compiler.states = undefined;
    return wholeStates;
  }
  if (!compiler.scope.mayHave(name)) return (evaluation) => given(evaluation, name, builtIn);
  return (evaluation, _, frame) => {
    const binding = frame.find(name);
    return binding === undefined ? given(evaluation, name, builtIn) : binding.value;
  };
}

/** All of `$states` at once. What is bound there may make its members when they are read. */
const wholeStates: Closure = ({ bindings }) =>
  isObject(bindings['states']) ? Object.assign(new Made(), bindings['states']) : undefined;

function given(evaluation: Evaluation, name: string, builtIn: FunctionValue | undefined): unknown {
  return Object.hasOwn(evaluation.bindings, name) ? evaluation.bindings[name] : builtIn;
}

export function compileBind(compiler: Compiler, node: BindNode): Closure {
  const name = node.lhs.value;
  const run = compiler.compile(node.rhs);
  compiler.scope.add(name);
  return (evaluation, input, frame) => {
    const value = run(evaluation, input, frame);
    frame.bind(name, value);
    return value;
  };
}

export function compileBlock(compiler: Compiler, node: BlockNode): Closure {
  const scope = new Scope(compiler.scope, false, [], node.expressions);
  const runs = compiler.within(scope, () => node.expressions.map((each) => compiler.compile(each)));
  const [only] = runs;
  if (only === undefined) return () => undefined;
  const last = runs.length - 1;
  const { binds } = scope;
  if (last === 0 && !binds) return only;
  return (evaluation, input, outside) => {
    const frame = binds ? new Frame(outside) : outside;
    for (let i = 0; i < last; i++) runs[i]!(evaluation, input, frame);
    return runs[last]!(evaluation, input, frame);
  };
}

export function compileCondition(compiler: Compiler, node: ConditionNode): Closure {
  const condition = compiler.compile(node.condition);
  const yes = compiler.compile(node.then);
  const no = node.else === undefined ? undefined : compiler.compile(node.else);
  return (evaluation, input, frame) => {
    evaluation.steps--;
    if (isTrue(evaluation, condition(evaluation, input, frame))) return yes(evaluation, input, frame);
    return no?.(evaluation, input, frame);
  };
}
