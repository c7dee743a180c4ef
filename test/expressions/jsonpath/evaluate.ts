import { compilePathOrIntrinsic, type QueryScope } from '../../../src/expressions/jsonpath/index.ts';
import { TidegateError } from '../../../src/model/errors.ts';
import { Failure } from '../../../src/model/failure.ts';

export const scopeOf = (input: unknown, variables: Record<string, unknown> = {}): QueryScope => ({
  input,
  variables,
  context: () => ({ Execution: { Input: input, Name: 'run' }, State: { Name: 'S' } }),
  random: () => 0.5,
});

/** The value of a path or intrinsic function. */
export const evaluate = (text: string, input: unknown = {}, variables?: Record<string, unknown>): unknown =>
  compilePathOrIntrinsic(text).evaluate(scopeOf(input, variables));

/** The failure that `work` ends in. */
export function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('no failure');
}

/** The error that compiling ends in. */
export function refusalOf(work: () => unknown): TidegateError {
  try {
    work();
  } catch (error) {
    if (error instanceof TidegateError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
