import type { CallNode, Node } from './ast.ts';
import type { Compiler } from './compiler.ts';
import type { Closure, Evaluation, Frame } from './evaluation.ts';
import { Fault } from './fault.ts';
import { FUNCTIONS } from './functions.ts';
import { apply, FunctionValue, HOLE } from './values.ts';

/** Levels that a call adds of its own. */
const LEVELS_OF_CALL = 3;

/** What the procedure of a call is named in messages. */
export function nameOf(procedure: Node): string | undefined {
  const named = procedure.type === 'path' ? procedure.steps[0] : procedure;
  return named !== undefined && 'value' in named && typeof named.value === 'string' ? named.value : undefined;
}

/** A call; `first` gives an argument in front of those written (`~>`). */
export function compileCall(compiler: Compiler, node: CallNode, first?: Closure): Closure {
  const procedure = compileProcedure(compiler, node, 'T1005');
  const token = nameOf(node.procedure);
  const { position } = node;
  const written = node.arguments.map((each) => compiler.compile(each));
  const runs = first === undefined ? written : [first, ...written];
  const levels = compiler.level + LEVELS_OF_CALL;
  return (evaluation, input, frame) => {
    const called = procedure(evaluation, input, frame);
    const args = evaluateAll(runs, evaluation, input, frame);
    evaluation.enter(levels);
    try {
      const result = apply(evaluation, called, args, input);
      evaluation.leave(levels);
      return result;
    } catch (error) {
      if (error instanceof Fault) {
        error.position ||= position;
        error.token ||= token;
      }
      throw error;
    }
  };
}

export function evaluateAll(
  runs: readonly Closure[],
  evaluation: Evaluation,
  input: unknown,
  frame: Frame,
): unknown[] {
  const args = new Array<unknown>(runs.length);
  for (let i = 0; i < runs.length; i++) args[i] = runs[i]!(evaluation, input, frame);
  return args;
}

/** What is called; a name that a function has too was probably meant to begin with `$`. */
function compileProcedure(compiler: Compiler, node: CallNode, code: 'T1005' | 'T1007'): Closure {
  const run = compiler.compile(node.procedure);
  if (node.procedure.type !== 'path') return run;
  const token = nameOf(node.procedure);
  const { position } = node;
  return (evaluation, input, frame) => {
    const called = run(evaluation, input, frame);
    if (called === undefined && token !== undefined && isKnown(token, evaluation, frame)) {
      throw new Fault(code, { position, token });
    }
    return called;
  };
}

function isKnown(name: string, evaluation: Evaluation, frame: Frame): boolean {
  const binding = frame.find(name);
  if (binding !== undefined) return Boolean(binding.value);
  return Object.hasOwn(evaluation.bindings, name) ? Boolean(evaluation.bindings[name]) : FUNCTIONS.has(name);
}

/** A call with `?` among its arguments: the function of those. */
export function compilePartial(compiler: Compiler, node: CallNode): Closure {
  const runs: readonly Closure[] = node.arguments.map((each) =>
    each.type === 'operator' ? () => HOLE : compiler.compile(each),
  );
  const procedure = compileProcedure(compiler, node, 'T1007');
  const token = nameOf(node.procedure);
  const { position } = node;
  return (evaluation, input, frame) => {
    evaluation.charge(1);
    const args = evaluateAll(runs, evaluation, input, frame);
    const called = procedure(evaluation, input, frame);
    if (called instanceof FunctionValue) return called.partial(args);
    throw new Fault('T1008', { position, token });
  };
}
