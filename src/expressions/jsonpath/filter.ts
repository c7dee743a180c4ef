import type { Budget } from './budget.ts';
import { compileComparison } from './filter-operators.ts';
import type { Filter, Operand } from './filter-syntax.ts';
import type { PathSyntax } from './path-syntax.ts';
import type { QueryScope } from './query-scope.ts';

/** Whether a filter accepts `current`, which `@` is. */
export type Accepts = (current: unknown, scope: QueryScope, budget: Budget) => boolean;

/** The value of a path inside a filter: `undefined` if it finds nothing, a list if it is not definite. */
export type Value = (current: unknown, scope: QueryScope, budget: Budget) => unknown;

/** Compiles a path that stands in a filter. Handed in, as such a path may hold filters again. */
export type ValueOfPath = (path: PathSyntax) => Value;

export function compileFilter(filter: Filter, compilePath: ValueOfPath): Accepts {
  switch (filter.kind) {
    case 'or': {
      const terms = filter.terms.map((term) => compileFilter(term, compilePath));
      return (current, scope, budget) => terms.some((accepts) => accepts(current, scope, budget));
    }
    case 'and': {
      const terms = filter.terms.map((term) => compileFilter(term, compilePath));
      return (current, scope, budget) => terms.every((accepts) => accepts(current, scope, budget));
    }
    case 'not': {
      const accepts = compileFilter(filter.term, compilePath);
      return (current, scope, budget) => !accepts(current, scope, budget);
    }
    case 'exists': {
      const value = compilePath(filter.path);
      return (current, scope, budget) => (value(current, scope, budget) ?? null) !== null;
    }
    default: {
      const left = compileOperand(filter.left, compilePath);
      const right = compileOperand(filter.right, compilePath);
      const compare = compileComparison(filter.operator, filter.right);
      return (current, scope, budget) => {
        budget.work(1);
        return compare(left(current, scope, budget), right(current, scope, budget), budget);
      };
    }
  }
}

function compileOperand(operand: Operand, compilePath: ValueOfPath): Value {
  if (operand.kind === 'path') return compilePath(operand.path);
  const value = operand.kind === 'value' ? operand.value : undefined;
  return () => value;
}
