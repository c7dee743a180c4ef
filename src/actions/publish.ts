import type { PublishAction } from '../model/documents.ts';
import { invokeAction } from './invoke.ts';

export interface PublishRequest {
  readonly url: string;
  readonly mode: 'binary' | 'structured';
  readonly headers?: Readonly<Record<string, string>>;
  readonly event: PublishAction['event'];
}

/** Sends a CloudEvent, under the effect's id, to an HTTP sink. */
export const publish = invokeAction<PublishAction>(({ url, mode, headers, event }) => ({
  url,
  mode: mode ?? 'binary',
  ...(headers && { headers }),
  event,
}));
