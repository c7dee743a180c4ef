import { Failure } from '../../model/failure.ts';
import type { Budget } from './budget.ts';
import type { QueryScope } from './query-scope.ts';

/** A call of an intrinsic function under way: what it may use, and how its arguments are checked. */
export class Invocation {
  readonly text: string;
  readonly scope: QueryScope;
  readonly budget: Budget;

  constructor(text: string, scope: QueryScope, budget: Budget) {
    this.text = text;
    this.scope = scope;
    this.budget = budget;
  }

  fail(problem: string): never {
    throw new Failure(
      'States.IntrinsicFailure',
      `The function '${this.text}' had the following error: ${problem}`,
    );
  }

  string(value: unknown, which: string): string {
    if (typeof value !== 'string') this.fail(`${which} must be a string, but was ${describe(value)}`);
    return value;
  }

  array(value: unknown, which: string): readonly unknown[] {
    if (!Array.isArray(value)) this.fail(`${which} must be an array, but was ${describe(value)}`);
    return value;
  }

  object(value: unknown, which: string): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fail(`${which} must be an object, but was ${describe(value)}`);
    }
    return value as Readonly<Record<string, unknown>>;
  }

  /** A whole number; a fraction is rounded to the nearest, halves upwards. */
  integer(value: unknown, which: string): number {
    if (typeof value !== 'number') this.fail(`${which} must be a number, but was ${describe(value)}`);
    const rounded = Math.round(value);
    if (!Number.isSafeInteger(rounded)) this.fail(`${which} is out of range: ${value}`);
    return rounded === 0 ? 0 : rounded;
  }
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
