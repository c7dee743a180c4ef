import type { Context, SpanContext } from '@opentelemetry/api';
import type { Tracing } from './open-telemetry.ts';

/** Where the flags end in a traceparent of version 00: https://www.w3.org/TR/trace-context/#traceparent-header. */
const LAST_FLAG = 54;

/** Whether the sender of a traceparent records its trace. Looks at one character, as it is asked of each event that has one. */
export function isSampled(traceparent: string): boolean {
  const flag = traceparent.charCodeAt(LAST_FLAG);
  // Odd as a hexadecimal digit: "1" is odd as a character too, "a" is 97 and 10.
  return flag >= 0x61 ? (flag & 1) === 0 : (flag & 1) === 1;
}

const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** The span that a traceparent names, as a parent; undefined where it is not sampled or no traceparent. */
export function sampledParent({ api }: Tracing, traceparent: string): Context | undefined {
  if (!isSampled(traceparent)) return undefined;
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags!, 16), isRemote: true };
  return api.trace.setSpanContext(api.ROOT_CONTEXT, parent);
}

export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
