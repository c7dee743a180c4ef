import type { Limits } from '../model/limits.ts';
import type { Closure } from './evaluation.ts';
import type { Node } from './parse.ts';

/** A compiled piece of an expression. */
export interface Part {
  readonly run: Closure;
  /** Known from the text to be a double: `2.0`, `double(x)`. */
  readonly double?: boolean;
  /** Handed on from the scope untouched: its size was bounded when it came in. */
  readonly borrowed?: boolean;
  /** The value, where it does not depend on the scope. */
  readonly constant?: { readonly value: unknown };
}

/** Macro variables in sight, each with its place among the evaluation's locals. */
export type Locals = ReadonlyMap<string, number>;

/** What compiling one expression carries around and finds out. */
export interface Compiler {
  readonly text: string;
  readonly limits: Limits;
  /** The variables there are, where the caller knows. */
  readonly variables: ReadonlySet<string> | undefined;
  readonly references: Set<string>;
  /** Static member paths by their JSON text. */
  readonly paths: Map<string, readonly string[]>;
  /** Locals given out so far. */
  slots: number;
  /** Operations compiled so far in the innermost macro body: what one iteration of it costs. */
  operations: number;
  /** `levels` is how deep `node` stands in the expression. */
  compile(node: Node, locals: Locals, levels: number): Part;
  /** Throws INVALID_EXPRESSION at the node. */
  fail(node: Node, cause: string): never;
}

export function constant(value: unknown, double = false): Part {
  return { run: () => value, double, constant: { value } };
}
