import type { CloudEvent } from '../model/cloud-event.ts';
import { checkEvent, encodeEvent, requireEventSize } from '../model/cloud-event-codec.ts';
import type { Effect } from '../model/effect.ts';
import { TidegateError } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import { effectError } from './effect-error.ts';
import type { PublishRequest } from './publish.ts';

/**
 * The event of an effect `publish`: the same for every delivery of the attempt, so that whoever receives it drops repeats
 * by (source, id). Throws an EffectError with INVALID_EVENT, RESERVED_TYPE or LIMIT_EXCEEDED, all terminal.
 */
export function publishedEvent(
  effect: Effect,
  { extensions, source, type, data, ...attributes }: PublishRequest['event'],
  limits: Limits,
): CloudEvent {
  try {
    const event = checkEvent(
      {
        ...(effect.traceparent !== undefined && { traceparent: effect.traceparent }),
        ...extensions,
        specversion: '1.0',
        id: effect.id,
        source: source ?? `/${effect.run}`,
        type,
        ...attributes,
        ...(data !== undefined && { datacontenttype: 'application/json', data }),
      },
      { external: true },
    );
    requireEventSize(encodeEvent(event), limits);
    return event;
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw effectError(error.code, `the event to publish: ${error.message}`);
  }
}
