import type { CloudEvent } from '../model/cloud-event.ts';
import type { Call } from './route.ts';

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The W3C trace context of the request, where it has one: https://www.w3.org/TR/trace-context/#traceparent-header. */
export function traceparentOf({ request }: Call): string | undefined {
  const { traceparent } = request.headers;
  return typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? traceparent : undefined;
}

/** The events as they came; those that name no trace of their own belong to that of the request. */
export function inTraceOf(call: Call, events: readonly CloudEvent[]): readonly CloudEvent[] {
  const traceparent = traceparentOf(call);
  if (traceparent === undefined) return events;
  return events.map((event) => (event.traceparent === undefined ? { ...event, traceparent } : event));
}
