import type { PublishAction } from '../model/documents.ts';
import { invokeAction } from './invoke.ts';
import { secretNamesIn } from './secrets.ts';

export interface PublishRequest {
  readonly url: string;
  readonly mode: 'binary' | 'structured';
  readonly headers?: Readonly<Record<string, string>>;
  readonly event: PublishAction['event'];
  /** The secrets that the definition itself names: no other is resolved, whatever an event's data may say. */
  readonly secrets?: readonly string[];
}

/** Sends a CloudEvent, under the effect's id, to an HTTP sink. */
export const publish = invokeAction<PublishAction>(({ url, mode, headers, event }) => ({
  url,
  mode: mode ?? 'binary',
  ...(headers && { headers }),
  event,
  secrets: secretNamesIn({ url, headers, event }),
}));
