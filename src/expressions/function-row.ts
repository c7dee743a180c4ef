import type { Evaluation } from './evaluation.ts';

/** One function of the language. The receiver of a method is its first argument. */
export interface FunctionRow {
  /** With its namespace where it has one: `math.abs`. */
  readonly name: string;
  /** `method`: `x.f()`, `global`: `f(x)`, `both`: either. */
  readonly form: 'method' | 'global' | 'both';
  /** Fewest and most arguments, the receiver included. */
  readonly arity: readonly [fewest: number, most: number];
  readonly call: (evaluation: Evaluation, ...values: unknown[]) => unknown;
  /** The result is a double even when it is integral, so that it divides like one. */
  readonly double?: true;
  /** The result may be, or hold, something that is not JSON. */
  readonly opaque?: true;
}
