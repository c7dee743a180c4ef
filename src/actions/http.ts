import type { HttpAction } from '../model/documents.ts';
import { invokeAction } from './invoke.ts';

/** What the HTTP invoker gets. */
export interface HttpRequest {
  readonly url: string;
  readonly method: NonNullable<HttpAction['method']>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Calls a URL. Its JSON answer is the result; with `callback` the target reports later. */
export const http = invokeAction<HttpAction>(
  ({ url, method, headers, body }) => ({
    url,
    method: method ?? 'POST',
    ...(headers && { headers }),
    ...(body !== undefined && { body }),
  }),
  (definition) => definition.callback === true,
);
