import type { Limits } from '../../model/limits.ts';
import type { Node } from './ast.ts';
import type { Closure } from './evaluation.ts';
import type { Scope } from './scope.ts';

/** What compiling one expression carries around and finds out. */
export interface Compiler {
  readonly limits: Limits;
  /** Free variables, without the built-in functions. */
  readonly variables: Set<string>;
  /** Which members of `$states` are read; undefined once all may be. */
  states: Set<string> | undefined;
  scope: Scope;
  /** The value of what is compiled is worked on further within its function: no call in it may be left to the caller. */
  settlesCalls: boolean;
  /** How deep the part being compiled stands in the expression or in the innermost function. */
  level: number;
  compile(node: Node): Closure;
  /** Compiles in a scope of its own, and comes back. */
  within<T>(scope: Scope, compile: () => T): T;
}
