/** The engine's own words for an end that AWS Step Functions gives no error or cause to. */
const UNSAID_ERRORS: readonly unknown[] = ['RUN_CANCELLED', 'RUN_TIMED_OUT'];
const UNSAID_CAUSE = 'cancelled by command';

/**
 * Error and cause of an execution that did not succeed, as the service tells them; a cause that is no text as JSON. An execution whose
 * time ran out has no cause: the engine's own is for its own interfaces.
 */
export function executionFailure({
  status,
  error,
  cause,
}: {
  readonly status: string;
  readonly error?: string | null;
  readonly cause?: unknown;
}): { readonly error?: string; readonly cause?: string } {
  const isSaid = cause !== undefined && cause !== null && cause !== UNSAID_CAUSE && status !== 'TIMED_OUT';
  return {
    ...(error !== undefined && error !== null && !UNSAID_ERRORS.includes(error) && { error }),
    ...(isSaid && { cause: typeof cause === 'string' ? cause : JSON.stringify(cause) }),
  };
}
