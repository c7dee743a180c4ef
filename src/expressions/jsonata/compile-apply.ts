import type { ApplyNode } from './ast.ts';
import { compileCall } from './compile-call.ts';
import type { Compiler } from './compiler.ts';
import type { Closure, Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { apply, FunctionValue, HOLE } from './values.ts';

/** `a ~> $f(b)` calls `$f(a, b)`, `a ~> $f` calls `$f(a)`, and `$f ~> $g` is the function of both. */
export function compileApply(compiler: Compiler, node: ApplyNode): Closure {
  const left = compiler.compile(node.lhs);
  if (node.rhs.type === 'function' && node.rhs.predicate === undefined && node.rhs.group === undefined) {
    return compileCall(compiler, node.rhs, left);
  }
  const right = compiler.compile(node.rhs);
  const { position } = node;
  const levels = compiler.level + 3;
  return (evaluation, input, frame) => {
    const value = left(evaluation, input, frame);
    const called = right(evaluation, input, frame);
    if (!(called instanceof FunctionValue)) throw new Fault('T2006', { value: called, position });
    if (value instanceof FunctionValue) return new Chain(value, called);
    evaluation.enter(levels);
    const result = apply(evaluation, called, [value], null);
    evaluation.leave(levels);
    return result;
  };
}

class Chain extends FunctionValue {
  readonly arity = 1;
  readonly #first: FunctionValue;
  readonly #second: FunctionValue;
  constructor(first: FunctionValue, second: FunctionValue) {
    super();
    this.#first = first;
    this.#second = second;
  }
  call(evaluation: Evaluation, args: readonly unknown[], input: unknown): unknown {
    evaluation.enter(2);
    const value = apply(evaluation, this.#first, [args[0]], input);
    const result = apply(evaluation, this.#second, [value], input);
    evaluation.leave(2);
    return result;
  }
  partial(args: readonly unknown[]): FunctionValue {
    return args[0] === HOLE ? this : new Settled(this, args[0]);
  }
}

/** A function whose only argument is given already. */
class Settled extends FunctionValue {
  readonly arity = 0;
  readonly #called: FunctionValue;
  readonly #argument: unknown;
  constructor(called: FunctionValue, argument: unknown) {
    super();
    this.#called = called;
    this.#argument = argument;
  }
  call(evaluation: Evaluation, _: readonly unknown[], input: unknown): unknown {
    return this.#called.call(evaluation, [this.#argument], input);
  }
  partial(): FunctionValue {
    return this;
  }
}
