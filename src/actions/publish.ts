import type { PublishAction } from '../model/documents.ts';
import { invokeAction } from './invoke.ts';
import { secretNamesIn } from './secrets.ts';

/** At most one of `url`, `kafka` and `nats`; with none of them the event goes to Tidegate's own log. */
export type PublishRequest = Pick<PublishAction, 'url' | 'kafka' | 'nats' | 'headers' | 'event'> & {
  readonly mode: 'binary' | 'structured';
  /** The secrets that the definition itself names for a URL: no other is resolved, whatever an event's data may say. */
  readonly secrets?: readonly string[];
};

/** Sends a CloudEvent, under the effect's id, to the own log, an HTTP sink, a Kafka topic or a NATS subject. */
export const publish = invokeAction<PublishAction>(({ url, kafka, nats, mode, headers, event }) => ({
  ...(url !== undefined && { url }),
  ...(kafka && { kafka }),
  ...(nats && { nats }),
  mode: mode ?? (url === undefined ? 'structured' : 'binary'),
  ...(headers && { headers }),
  event,
  ...(url !== undefined && { secrets: secretNamesIn({ url, headers, event }) }),
}));
