import { checkEvent } from '../model/cloud-event-codec.ts';
import type { Effect } from '../model/effect.ts';
import { TidegateError } from '../model/errors.ts';
import { toHttp } from '../model/http-binding.ts';
import type { Invoker } from './action.ts';
import { effectError } from './effect-error.ts';
import {
  type CallContent,
  callOut,
  type OutgoingCallDeps,
  type OutgoingRequest,
  targetOf,
} from './outgoing-call.ts';
import type { PublishRequest } from './publish.ts';

/** Performs the effects of the action `publish`: one POST of the CloudEvents HTTP binding. The result is null. */
export function publishInvoker(deps: OutgoingCallDeps): Invoker {
  return {
    targetOf,
    invoke(effect, { signal }) {
      const contentOf = (request: PublishRequest & OutgoingRequest): CallContent => {
        const { headers, body } = toHttp(eventOf(effect, request.event), request.mode);
        return {
          method: 'POST',
          headers,
          body: typeof body === 'string' ? body : Buffer.from(body),
          ignoresBody: true,
        };
      };
      return callOut(deps, effect, signal, contentOf, () => null);
    },
  };
}

/** The same for every delivery of the attempt, so that a sink drops repeats by (source, id). */
function eventOf(effect: Effect, { type, source, subject, data }: PublishRequest['event']) {
  try {
    return checkEvent(
      {
        specversion: '1.0',
        id: effect.id,
        source: source ?? `/${effect.run}`,
        type,
        ...(subject !== undefined && { subject }),
        ...(effect.traceparent !== undefined && { traceparent: effect.traceparent }),
        ...(data !== undefined && { datacontenttype: 'application/json', data }),
      },
      { external: false },
    );
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw effectError(error.code, `the event to publish: ${error.message}`);
  }
}
