import type { HttpAction } from '../model/documents.ts';
import { invokeAction } from './invoke.ts';
import { secretNamesIn } from './secrets.ts';

/** What the HTTP invoker gets. */
export interface HttpRequest {
  readonly url: string;
  readonly method: NonNullable<HttpAction['method']>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The secrets that the definition itself names: no other is resolved, whatever an event's data may say. */
  readonly secrets?: readonly string[];
}

/** Calls a URL. Its JSON answer is the result; with `callback` the target reports later. */
export const http = invokeAction<HttpAction>(
  ({ url, method, headers, body }) => ({
    url,
    method: method ?? 'POST',
    ...(headers && { headers }),
    ...(body !== undefined && { body }),
    secrets: secretNamesIn({ url, headers, body }),
  }),
  (definition) => definition.callback === true,
);
