import type { NatsError } from 'nats';
import type { ErrorCode } from '../model/errors.ts';
import { EffectError } from './action.ts';
import { effectError } from './effect-error.ts';

/** What the client's errors mean for an effect, by `code`. */
const CLIENT: Readonly<Record<string, ErrorCode>> = {
  PERMISSIONS_VIOLATION: 'ACCESS_DENIED',
  AUTHORIZATION_VIOLATION: 'ACCESS_DENIED',
  AUTHENTICATION_EXPIRED: 'ACCESS_DENIED',
  ACCOUNT_EXPIRED: 'ACCESS_DENIED',
  BAD_AUTHENTICATION: 'ACCESS_DENIED',
  BAD_CREDS: 'ACCESS_DENIED',
  MAX_PAYLOAD_EXCEEDED: 'EFFECT_REFUSED',
  BAD_SUBJECT: 'ACTION_FAILED',
  CONNECTION_REFUSED: 'TARGET_UNREACHABLE',
  CONNECTION_CLOSED: 'TARGET_UNREACHABLE',
  CONNECTION_DRAINING: 'TARGET_UNREACHABLE',
  CONNECTION_TIMEOUT: 'TARGET_UNREACHABLE',
  AUTHENTICATION_TIMEOUT: 'TARGET_UNREACHABLE',
  DISCONNECT: 'TARGET_UNREACHABLE',
  TIMEOUT: 'TARGET_UNREACHABLE',
  '503': 'TARGET_UNREACHABLE',
};

/** What a failed publication says about the attempt. What is not known otherwise may pass: retryable. */
export function natsFailure(error: unknown, target: string): EffectError {
  if (error instanceof EffectError) return error;
  const { code = '', message = String(error), api_error: refusal } = Object(error) as Partial<NatsError>;
  const details = refusal === undefined ? (code === '' ? undefined : { error: code }) : { error: refusal };
  // Of the answers of JetStream those of 400 are about the message, those of 500 about the server.
  const answered: ErrorCode =
    refusal !== undefined && refusal.code < 500 ? 'EFFECT_REFUSED' : 'EFFECT_FAILED';
  const about = refusal === undefined ? (CLIENT[code] ?? 'EFFECT_FAILED') : answered;
  return effectError(about, `${target} did not take the event: ${message}`, {
    ...(details && { details }),
    cause: error,
  });
}

/** Nobody answered: there is no stream, or it has no leader just now. */
export function saysNoResponders(error: unknown): boolean {
  const { code, api_error: refusal } = Object(error) as Partial<NatsError>;
  return code === '503' && refusal === undefined;
}
