import { TidegateError } from '../../model/errors.ts';

/** The error codes of the protocol that are told apart here (https://kafka.apache.org/protocol#protocol_error_codes). */
export const CODES = {
  none: 0,
  offsetOutOfRange: 1,
  unknownTopic: 3,
  messageTooLarge: 10,
  recordListTooLarge: 18,
  topicForbidden: 29,
  groupForbidden: 30,
  clusterForbidden: 31,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  invalidProducerEpoch: 47,
  unknownProducer: 59,
  unknownTopicId: 100,
} as const;

const FORBIDDEN = new Set<number>([CODES.topicForbidden, CODES.groupForbidden, CODES.clusterForbidden]);

/** What kafkajs throws, as far as it is looked at. */
interface KafkaError {
  readonly name: string;
  readonly message: string;
  readonly type?: string;
  readonly cause?: unknown;
}

/** Whom the brokers know this process as, for messages. */
export interface Identity {
  readonly brokers: readonly string[];
  readonly user: string | undefined;
}

/** The coded error of anything that went wrong with the brokers. Never repeats a password. */
export function logError(error: unknown, doing: string, identity: Identity): TidegateError {
  if (error instanceof TidegateError) return error;
  const chain = causesOf(error);
  const denied = chain.find(
    ({ name, type }) =>
      name === 'KafkaJSSASLAuthenticationError' || (type?.endsWith('_AUTHORIZATION_FAILED') ?? false),
  );
  const brokers = identity.brokers.join(', ');
  if (denied !== undefined) {
    return accessDenied(`${doing}: ${denied.message}`, identity, error);
  }
  const reason = chain.at(-1)?.message ?? String(error);
  return new TidegateError('LOG_UNAVAILABLE', `${doing}: ${reason} (brokers ${brokers})`, { cause: error });
}

/** Of an error code in a response. */
export function codeError(code: number, doing: string, identity: Identity): TidegateError {
  if (FORBIDDEN.has(code)) return accessDenied(`${doing}: error ${code} of Kafka`, identity);
  return new TidegateError(
    'LOG_UNAVAILABLE',
    `${doing}: error ${code} of Kafka (brokers ${identity.brokers.join(', ')})`,
  );
}

function accessDenied(message: string, { user }: Identity, cause?: unknown): TidegateError {
  const who = user === undefined ? 'no user is configured' : `the user is ${JSON.stringify(user)}`;
  return new TidegateError('ACCESS_DENIED', `${message}; ${who}`, { cause });
}

/** The error and what caused it, outermost first. */
export function causesOf(error: unknown): readonly KafkaError[] {
  const chain: KafkaError[] = [];
  for (let each = error; each instanceof Error && chain.length < 10; each = each.cause) {
    chain.push(each as KafkaError);
  }
  return chain;
}

export function hasType(error: unknown, type: string): boolean {
  return causesOf(error).some((each) => each.type === type);
}
