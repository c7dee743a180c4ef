import { NatsError } from 'nats';
import { type ErrorCode, TidegateError } from '../../model/errors.ts';

/** `err_code` of JetStream's answers that mean more than "not now". */
const API_CODES: Readonly<Record<number, ErrorCode>> = {
  10059: 'LOG_MISSING', // stream not found
  10002: 'STORE_FULL', // resource limits exceeded for account
  10023: 'STORE_FULL', // insufficient resources
  10028: 'STORE_FULL', // memory resource limits exceeded for server
  10047: 'STORE_FULL', // storage resource limits exceeded for server
  10077: 'STORE_FULL', // the stream's store refused the message
  10054: 'LIMIT_EXCEEDED', // message size exceeds maximum allowed
};

const DENIED = new Set([
  'AUTHORIZATION_VIOLATION',
  'AUTHENTICATION_EXPIRED',
  'ACCOUNT_EXPIRED',
  'BAD_AUTHENTICATION',
  'BAD_CREDS',
  'PERMISSIONS_VIOLATION',
]);

/** The coded error for what NATS answered to `what` (e.g. `reading the stream "TIDEGATE"`). `who` names the user. */
export function asLogError(error: unknown, what: string, who: string): TidegateError {
  if (error instanceof TidegateError) return error;
  const cause = { cause: error };
  if (!(error instanceof NatsError)) {
    return new TidegateError('LOG_UNAVAILABLE', `${what}: ${messageOf(error)}`, cause);
  }
  const { api_error: api, code } = error;
  if (api !== undefined) return fromApi(api.err_code, api.description, what);
  if (DENIED.has(code))
    return new TidegateError('ACCESS_DENIED', `${what} as ${who}: ${error.message}`, cause);
  if (code === '503') {
    return new TidegateError('LOG_UNAVAILABLE', `${what}: no JetStream server answers`, cause);
  }
  return new TidegateError('LOG_UNAVAILABLE', `${what}: ${error.message}`, cause);
}

/** The coded error for an error object in a JetStream answer. */
export function fromApi(code: number | undefined, description: string, what: string): TidegateError {
  const found = code === undefined ? undefined : API_CODES[code];
  return new TidegateError(found ?? 'LOG_UNAVAILABLE', `${what}: ${description} (${code ?? 'no code'})`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
