import { EffectError, type Invoker, type PublishRequest, publishedEvent } from '../actions/index.ts';
import type { EventLog } from '../logs/event-log.ts';
import { TidegateError } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import { appendEvents } from './append-events.ts';
import type { Clock } from './clock.ts';
import type { Definitions } from './definitions.ts';
import { appendPatiently } from './patient-append.ts';

export interface PublishToLogDeps {
  readonly log: EventLog;
  readonly definitions: Definitions;
  readonly limits: Limits;
  readonly clock?: Clock;
  /** Performs the publications that go elsewhere; absent: they fail with ACTION_FAILED. */
  readonly elsewhere?: Invoker | undefined;
}

/**
 * Performs the effects of the action `publish`: those without a target go to the engine's own log, as any event does. Delivered
 * again under the same effect id, the event is dropped as a repeat by the run it is for.
 */
export function publishToLog({ log, definitions, limits, clock, elsewhere }: PublishToLogDeps): Invoker {
  const goesElsewhere = ({ url, kafka, nats }: PublishRequest) =>
    url !== undefined || kafka !== undefined || nats !== undefined;
  return {
    targetOf(effect) {
      if (!goesElsewhere(effect.request as PublishRequest)) return 'log';
      return elsewhere?.targetOf(effect) ?? 'elsewhere';
    },
    async invoke(effect, call) {
      const request = effect.request as PublishRequest;
      if (goesElsewhere(request)) {
        if (elsewhere !== undefined) return elsewhere.invoke(effect, call);
        const message =
          'this worker publishes to its own log only; no invoker for other targets is installed';
        throw new EffectError({ code: 'ACTION_FAILED', message, retryable: false });
      }
      const event = publishedEvent(effect, request.event, limits);
      try {
        await appendPatiently(() => appendEvents(log, definitions, [event]), clock, call.signal);
      } catch (error) {
        if (!(error instanceof TidegateError)) throw error;
        const { code, message, retryable } = error;
        throw new EffectError({ code, message, retryable }, { cause: error });
      }
      return null;
    },
  };
}
