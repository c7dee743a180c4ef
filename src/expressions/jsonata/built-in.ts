import type { Evaluation } from './evaluation.ts';
import { parseSignature, type Signature } from './signature.ts';
import { FunctionValue, HOLE } from './values.ts';

/** The arguments are of the types that the signature says, or undefined. */
type Implementation = (evaluation: Evaluation, ...args: never[]) => unknown;

/** A function of the library. */
export class BuiltIn extends FunctionValue {
  readonly name: string;
  readonly arity: number;
  readonly #signature: Signature;
  readonly #run: (evaluation: Evaluation, ...args: unknown[]) => unknown;

  constructor(name: string, signature: string, arity: number, run: Implementation) {
    super();
    this.name = name;
    this.arity = arity;
    this.#signature = parseSignature(signature);
    this.#run = run as (evaluation: Evaluation, ...args: unknown[]) => unknown;
  }

  call(evaluation: Evaluation, args: readonly unknown[], input: unknown): unknown {
    return this.#run(evaluation, ...this.#signature.fit(evaluation, args, input));
  }

  partial(args: readonly unknown[]): FunctionValue {
    return new Partial(this, args);
  }
}

/** A built-in function with some arguments given. */
class Partial extends FunctionValue {
  readonly arity: number;
  readonly #whole: FunctionValue;
  readonly #given: readonly unknown[];

  constructor(whole: FunctionValue, given: readonly unknown[]) {
    super();
    this.#whole = whole;
    this.#given = given;
    this.arity = given.filter((argument) => argument === HOLE).length;
  }

  call(evaluation: Evaluation, args: readonly unknown[], input: unknown): unknown {
    let next = 0;
    const all = this.#given.map((argument) => (argument === HOLE ? args[next++] : argument));
    return this.#whole.call(evaluation, all, input);
  }

  partial(args: readonly unknown[]): FunctionValue {
    return new Partial(this, args);
  }
}

/** A function that gives nothing for nothing: it is not called without its first argument. */
export function of(name: string, signature: string, arity: number, run: Implementation): BuiltIn {
  const call = run as (evaluation: Evaluation, ...args: unknown[]) => unknown;
  return new BuiltIn(name, signature, arity, (evaluation: Evaluation, ...args: unknown[]) =>
    args[0] === undefined ? undefined : call(evaluation, ...args),
  );
}

/** The arguments that a higher-order function gives: as many as the function takes. */
export function argumentsFor(
  called: FunctionValue,
  value: unknown,
  place: unknown,
  whole: unknown,
): unknown[] {
  const { arity } = called;
  if (arity >= 3) return [value, place, whole];
  return arity === 2 ? [value, place] : [value];
}
