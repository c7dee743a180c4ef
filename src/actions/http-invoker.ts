import { ACCEPTED, type Invoker } from './action.ts';
import { signCallback } from './callback-token.ts';
import type { HttpRequest } from './http.ts';
import { resultOf } from './http-answer.ts';
import {
  type CallContent,
  callOut,
  type OutgoingCallDeps,
  type OutgoingRequest,
  targetOf,
} from './outgoing-call.ts';

export interface HttpInvokerDeps extends OutgoingCallDeps {
  /** For effects that the target completes later. */
  readonly callback: {
    /** Signs callback URLs. */
    readonly key: string;
    /** Where targets reach the front end, e.g. `http://127.0.0.1:7171`; asked at each call, as the port may be known late. */
    readonly baseUrl: () => string;
  };
}

/** Performs the effects of the action `http`; docs/actions/http.md describes calls and answers. */
export function httpInvoker(deps: HttpInvokerDeps): Invoker {
  return {
    targetOf,
    invoke(effect, { signal }) {
      const { async = false, run, id } = effect;
      const contentOf = ({ method, body }: HttpRequest & OutgoingRequest): CallContent => ({
        method,
        standardHeaders: { accept: 'application/json, */*', ...contentTypeOf(body) },
        ...(async && { headers: { 'tidegate-callback': callbackUrl(deps.callback, run, id) } }),
        ignoresBody: async,
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return callOut(deps, effect, signal, contentOf, (answer, target) =>
        async ? ACCEPTED : resultOf(answer, target, deps.limits),
      );
    },
  };
}

function contentTypeOf(body: unknown): Record<string, string> {
  if (body === undefined) return {};
  return { 'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json' };
}

function callbackUrl({ key, baseUrl }: HttpInvokerDeps['callback'], run: string, effect: string): string {
  return `${baseUrl()}/v1/callbacks/${signCallback(key, { run, effect })}`;
}
