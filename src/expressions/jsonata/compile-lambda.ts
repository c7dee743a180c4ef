import type { CallNode, LambdaNode } from './ast.ts';
import { evaluateAll, nameOf } from './compile-call.ts';
import type { Compiler } from './compiler.ts';
import { Binding, type Closure, type Evaluation, Frame } from './evaluation.ts';
import { Scope } from './scope.ts';
import { parseSignature, type Signature } from './signature.ts';
import { FunctionValue, HOLE, TailCall } from './values.ts';

/** What all values of one `function(...){...}` share. */
interface Definition {
  readonly body: Closure;
  readonly signature: Signature | undefined;
}

class Lambda extends FunctionValue {
  readonly #definition: Definition;
  readonly #parameters: readonly string[];
  readonly #input: unknown;
  readonly #frame: Frame;

  constructor(definition: Definition, parameters: readonly string[], input: unknown, frame: Frame) {
    super();
    this.#definition = definition;
    this.#parameters = parameters;
    this.#input = input;
    this.#frame = frame;
  }

  get arity(): number {
    return this.#parameters.length;
  }

  call(evaluation: Evaluation, given: readonly unknown[], input: unknown): unknown {
    const { signature, body } = this.#definition;
    const args = signature === undefined ? given : signature.fit(evaluation, given, input);
    let bindings: Binding | null = null;
    for (let i = 0; i < this.#parameters.length; i++) {
      bindings = new Binding(this.#parameters[i]!, args[i], bindings);
    }
    return body(evaluation, this.#input, new Frame(this.#frame, bindings));
  }

  partial(args: readonly unknown[]): FunctionValue {
    const open: string[] = [];
    let bindings: Binding | null = null;
    this.#parameters.forEach((name, index) => {
      if (args[index] === HOLE) open.push(name);
      else bindings = new Binding(name, args[index], bindings);
    });
    const { body } = this.#definition;
    return new Lambda({ body, signature: undefined }, open, this.#input, new Frame(this.#frame, bindings));
  }
}

export function compileLambda(compiler: Compiler, node: LambdaNode): Closure {
  const parameters = node.arguments.map(({ value }) => value);
  const signature = node.signature && parseSignature(node.signature.definition);
  const { level, settlesCalls } = compiler;
  compiler.level = 0;
  compiler.settlesCalls = false;
  const scope = new Scope(compiler.scope, true, parameters, [node.body]);
  const body = compiler.within(scope, () => compiler.compile(node.body));
  compiler.level = level;
  compiler.settlesCalls = settlesCalls;
  const definition: Definition = { body, signature };
  return (evaluation, input, frame) => {
    evaluation.steps--;
    return new Lambda(definition, parameters, input, frame);
  };
}

/** A call in the tail of a function is left to the function's caller, so that such a recursion takes no room. */
export function compileTailCall(compiler: Compiler, node: LambdaNode): Closure {
  if (compiler.settlesCalls) return compiler.compile(node.body);
  const { procedure, arguments: written } = node.body as CallNode;
  const called = compiler.compile(procedure);
  const runs = written.map((each) => compiler.compile(each));
  const token = nameOf(procedure);
  const { position } = procedure;
  return (evaluation, input, frame) => {
    const next = called(evaluation, input, frame);
    return new TailCall(next, evaluateAll(runs, evaluation, input, frame), token, position);
  };
}
