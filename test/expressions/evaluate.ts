import { compileExpression } from '../../src/expressions/index.ts';
import { TidegateError } from '../../src/model/errors.ts';

/** The value of an expression over a scope. */
export function evaluate(text: string, scope: object = {}): unknown {
  return compileExpression(text).evaluate(scope);
}

/** The coded error that `act` throws; anything else it throws goes on. */
export function errorOf(act: () => unknown): TidegateError {
  try {
    act();
  } catch (error) {
    if (error instanceof TidegateError) return error;
    throw error;
  }
  throw new Error('expected an error');
}
