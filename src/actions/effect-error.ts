import { ERRORS, type ErrorCode } from '../model/errors.ts';
import { EffectError } from './action.ts';

/** An EffectError whose class, terminal or retryable, is that of the code's row in the table of errors. */
export function effectError(
  code: ErrorCode,
  message: string,
  options: { readonly details?: unknown; readonly cause?: unknown } = {},
): EffectError {
  const { details, cause } = options;
  return new EffectError(
    {
      code,
      message,
      retryable: ERRORS[code].class === 'retryable',
      ...(details !== undefined && { details }),
    },
    cause === undefined ? undefined : { cause },
  );
}
