import type { Effect } from '../model/effect.ts';
import type { Limits } from '../model/limits.ts';
import { EffectError } from './action.ts';
import { engineHeaders, givenHeaders } from './call-headers.ts';
import { effectError } from './effect-error.ts';
import { failureOf, isSuccess } from './http-answer.ts';
import type { Outgoing, OutgoingAnswer, OutgoingCall } from './outgoing.ts';
import type { Secrets } from './secrets.ts';
import { unseal } from './unsealed-request.ts';

/** What invokers that call out need. */
export interface OutgoingCallDeps {
  readonly outgoing: Outgoing;
  readonly secrets: Secrets;
  readonly limits: Limits;
  /** Tidegate's, for the `User-Agent`. */
  readonly version: string;
}

/** What the requests of such effects have in common. */
export interface OutgoingRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** Names of the secrets that the definition itself refers to; absent: any may be resolved. */
  readonly secrets?: readonly string[];
}

/** The part of a call that depends on the kind of effect. */
export interface CallContent {
  readonly method: OutgoingCall['method'];
  /** Win over the definition's. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Give way to the definition's. */
  readonly standardHeaders?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Nobody reads the body of a 2xx answer, so it may be of any size. */
  readonly ignoresBody?: boolean;
}

/**
 * Makes one call for an effect: resolves the secrets, sends, and hands a 2xx answer to `read`. Any other answer rejects;
 * what comes back, result or error, holds references where it would hold secrets.
 */
export async function callOut<R extends OutgoingRequest, T>(
  deps: OutgoingCallDeps,
  effect: Effect,
  signal: AbortSignal,
  contentOf: (request: R) => CallContent,
  read: (answer: OutgoingAnswer, target: string) => T,
): Promise<T> {
  const sealed = effect.request as R;
  const target = targetOf(effect);
  const { request, seal, sealError } = await unseal(sealed, deps.secrets, sealed.secrets);
  try {
    const { method, body, headers, standardHeaders, ignoresBody = false } = contentOf(request);
    const call: OutgoingCall = {
      method,
      url: request.url,
      headers: {
        ...engineHeaders(effect, deps.version),
        ...standardHeaders,
        ...givenHeaders(request.headers),
        ...headers,
      },
      ...(body !== undefined && { body }),
      signal,
      maxResponseBytes: deps.limits.responseBytes,
    };
    const answer = await answerOf(deps.outgoing, call, ignoresBody);
    if (!isSuccess(answer.status)) throw failureOf(answer, target, seal);
    return seal(read(answer, target));
  } catch (error) {
    throw sealError(error);
  }
}

/** Where the status says all, as on an error, a body beyond the limit changes nothing. */
async function answerOf(
  outgoing: Outgoing,
  call: OutgoingCall,
  ignoresBody: boolean,
): Promise<OutgoingAnswer> {
  try {
    return await outgoing.request(call);
  } catch (error) {
    if (!(error instanceof EffectError) || error.failure.code !== 'RESPONSE_TOO_LARGE') throw error;
    const { status } = error.failure.details as { status: number };
    if (isSuccess(status) && !ignoresBody) throw error;
    return { status, headers: {}, body: Buffer.alloc(0) };
  }
}

/** Origin and path: calls to them share limits, and messages name them. Secrets stand as references in it. */
export function targetOf(effect: Effect): string {
  const { url } = effect.request as OutgoingRequest;
  if (typeof url !== 'string' || !URL.canParse(url)) {
    throw effectError(
      'ACTION_FAILED',
      `the URL of the call is ${typeof url === 'string' ? 'not a URL' : typeof url}`,
    );
  }
  const { origin, protocol, host, pathname } = new URL(url);
  return `${origin === 'null' ? `${protocol}//${host}` : origin}${pathname}`;
}
