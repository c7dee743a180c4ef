import type { Effect } from '../../model/effect.ts';
import { engineHeaders, givenHeaders } from '../call-headers.ts';
import type { OutgoingAnswer, OutgoingCall } from '../outgoing.ts';
import type { OutgoingCallDeps } from '../outgoing-call.ts';
import { secretNamesIn } from '../secrets.ts';
import { unseal } from '../unsealed-request.ts';

/** A call whose URL and headers may hold `secret://` references; its body is data, in which none is resolved. */
export interface SealedCall {
  readonly method: OutgoingCall['method'];
  readonly url: string;
  /** Written by whoever configures the worker: references in them are resolved. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the definition and its data: sent as they are. */
  readonly dataHeaders?: Readonly<Record<string, unknown>>;
  /** Changes a header once its secrets are known. */
  readonly finish?: (headers: Record<string, string>) => Record<string, string>;
  readonly body?: string;
}

/** Resolves with any answer, its body as text with references where it would show secrets. Rejects like the outgoing port. */
export async function callSealed(
  { outgoing, secrets, limits, version }: OutgoingCallDeps,
  effect: Effect,
  signal: AbortSignal,
  call: SealedCall,
): Promise<OutgoingAnswer & { readonly text: string }> {
  const { method, url, headers = {}, dataHeaders = {}, finish = (same) => same, body } = call;
  const sealed = { url, headers };
  const { request, seal, sealError } = await unseal(sealed, secrets, secretNamesIn(sealed));
  try {
    const answer = await outgoing.request({
      method,
      url: request.url,
      headers: {
        ...engineHeaders(effect, version),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...givenHeaders(dataHeaders),
        ...givenHeaders(finish({ ...request.headers })),
      },
      ...(body !== undefined && { body }),
      signal,
      maxResponseBytes: limits.responseBytes,
    });
    const shown = Object.entries(answer.headers).map(([name, value]) => [name, seal(value)]);
    return { ...answer, headers: Object.fromEntries(shown), text: seal(answer.body.toString('utf8')) };
  } catch (error) {
    throw sealError(error);
  }
}
