import { TidegateError } from '../../model/errors.ts';

/** What the store's connection says, said of the log. `who` names the user for ACCESS_DENIED. */
export function asLogError(error: unknown, what: string, who: string): TidegateError {
  if (!(error instanceof TidegateError)) {
    const message = error instanceof Error ? error.message : String(error);
    return new TidegateError('LOG_UNAVAILABLE', `${what}: ${message}`, { cause: error });
  }
  // XINFO of a stream that is not there.
  if (error.code === 'INTERNAL' && error.message.includes('no such key')) {
    return new TidegateError('LOG_MISSING', `${what}: the stream is not there`, { cause: error });
  }
  if (error.code === 'INTERNAL' && error.message.includes('NOGROUP')) {
    return new TidegateError('LOG_MISSING', `${what}: the stream or its group is not there`, {
      cause: error,
    });
  }
  if (error.code === 'STORE_UNAVAILABLE') {
    return new TidegateError('LOG_UNAVAILABLE', `${what}: ${error.message}`, { cause: error });
  }
  if (error.code === 'ACCESS_DENIED') {
    return new TidegateError('ACCESS_DENIED', `${what} as ${who}: ${error.message}`, { cause: error });
  }
  return error;
}
