import type { Effect } from '../model/effect.ts';
import { toHttp } from '../model/http-binding.ts';
import type { Invoker } from './action.ts';
import type { BrokerPublishers } from './broker-publishers.ts';
import { effectError } from './effect-error.ts';
import {
  type CallContent,
  callOut,
  type OutgoingCallDeps,
  type OutgoingRequest,
  targetOf as targetOfCall,
} from './outgoing-call.ts';
import type { PublishRequest } from './publish.ts';
import { publishedEvent } from './published-event.ts';

export interface PublishInvokerDeps extends OutgoingCallDeps {
  /** Absent: publications to Kafka and NATS fail with CONNECTION_NOT_FOUND. */
  readonly brokers?: BrokerPublishers;
}

/**
 * Performs the effects of the action `publish` that leave the process: one POST of the CloudEvents HTTP binding (the result is
 * null), one record to Kafka or one message to NATS (the result says where it came to lie).
 */
export function publishInvoker(deps: PublishInvokerDeps): Invoker {
  return {
    targetOf,
    async invoke(effect, { signal }) {
      const { url, kafka, nats, mode, event } = effect.request as PublishRequest;
      if (url !== undefined) return callOut(deps, effect, signal, contentOf(effect, deps), () => null);
      const published = publishedEvent(effect, event, deps.limits);
      if (kafka !== undefined) return brokersOf(deps).kafka(kafka, published, mode);
      if (nats !== undefined) return brokersOf(deps).nats(nats, published, mode);
      throw effectError('ACTION_FAILED', 'this worker has no log that events can be published to');
    },
  };
}

function contentOf(effect: Effect, { limits }: PublishInvokerDeps) {
  return (request: PublishRequest & OutgoingRequest): CallContent => {
    const { headers, body } = toHttp(publishedEvent(effect, request.event, limits), request.mode);
    return {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : Buffer.from(body),
      ignoresBody: true,
    };
  };
}

function brokersOf({ brokers }: PublishInvokerDeps): BrokerPublishers {
  if (brokers === undefined)
    throw effectError('CONNECTION_NOT_FOUND', 'this worker has no connections to brokers');
  return brokers;
}

/** Publications to one topic or subject of one connection share concurrency and rate limits. */
function targetOf(effect: Effect): string {
  const { url, kafka, nats } = effect.request as PublishRequest;
  if (url !== undefined) return targetOfCall(effect);
  if (kafka !== undefined) return `kafka ${kafka.connection ?? ''} ${kafka.topic}`;
  if (nats !== undefined) return `nats ${nats.connection ?? ''} ${nats.subject}`;
  return 'log';
}
