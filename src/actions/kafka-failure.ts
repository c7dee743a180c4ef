import type { ErrorCode } from '../model/errors.ts';
import { EffectError } from './action.ts';
import { effectError } from './effect-error.ts';

/** What Kafka's protocol errors (https://kafka.apache.org/protocol.html#protocol_error_codes) mean for an effect. */
const PROTOCOL: Readonly<Record<string, ErrorCode>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'TARGET_NOT_FOUND',
  INVALID_TOPIC_EXCEPTION: 'TARGET_NOT_FOUND',
  MESSAGE_TOO_LARGE: 'EFFECT_REFUSED',
  RECORD_LIST_TOO_LARGE: 'EFFECT_REFUSED',
  INVALID_RECORD: 'EFFECT_REFUSED',
  CORRUPT_MESSAGE: 'EFFECT_REFUSED',
  POLICY_VIOLATION: 'EFFECT_REFUSED',
  TOPIC_AUTHORIZATION_FAILED: 'ACCESS_DENIED',
  CLUSTER_AUTHORIZATION_FAILED: 'ACCESS_DENIED',
  SASL_AUTHENTICATION_FAILED: 'ACCESS_DENIED',
  UNSUPPORTED_SASL_MECHANISM: 'ACCESS_DENIED',
  ILLEGAL_SASL_STATE: 'ACCESS_DENIED',
};

const CLIENT: Readonly<Record<string, ErrorCode>> = {
  KafkaJSSASLAuthenticationError: 'ACCESS_DENIED',
  KafkaJSConnectionError: 'TARGET_UNREACHABLE',
  KafkaJSConnectionClosedError: 'TARGET_UNREACHABLE',
  KafkaJSBrokerNotFound: 'TARGET_UNREACHABLE',
  KafkaJSRequestTimeoutError: 'TARGET_UNREACHABLE',
  KafkaJSMetadataNotLoaded: 'TARGET_UNREACHABLE',
};

interface ClientError {
  readonly name?: string;
  readonly message?: string;
  readonly type?: string;
  readonly cause?: unknown;
}

/** What a failed publication says about the attempt. What is not known otherwise may pass: retryable. */
export function kafkaFailure(error: unknown, target: string): EffectError {
  if (error instanceof EffectError) return error;
  const root = rootOf(error);
  const code = PROTOCOL[root.type ?? ''] ?? CLIENT[root.name ?? ''] ?? 'EFFECT_FAILED';
  return effectError(code, `${target} did not take the event: ${root.message ?? String(error)}`, {
    ...(root.type !== undefined && { details: { error: root.type } }),
    cause: error,
  });
}

/** The broker, or what the client remembers of it, says that there is no such topic. */
export function saysNoTopic(error: unknown): boolean {
  return rootOf(error).type === 'UNKNOWN_TOPIC_OR_PARTITION';
}

/** The client wraps errors when it gives up or sees no use in going on; the innermost says what it was. */
function rootOf(error: unknown): ClientError {
  let root = Object(error) as ClientError;
  while (root.type === undefined && String(root.name).startsWith('KafkaJS') && root.cause instanceof Error)
    root = root.cause as ClientError;
  return root;
}
