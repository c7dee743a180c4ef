import type { Span } from '@opentelemetry/api';
import { ACCEPTED, type Invoker, type InvokerCall } from '../actions/index.ts';
import type { Effect } from '../model/effect.ts';
import { splitRunKey } from '../model/run.ts';
import { failureOf } from './call.ts';
import { activeTracing, type Tracing } from './open-telemetry.ts';
import { sampledParent, traceparentOf } from './trace-context.ts';

/** `SpanStatusCode.ERROR`. */
const ERROR = 2;

const KINDS: Readonly<Record<string, 'CLIENT' | 'PRODUCER'>> = { http: 'CLIENT', publish: 'PRODUCER' };

/**
 * The invoker with a span `tidegate.effect <type>` around each call whose effect belongs to a trace that is recorded. What
 * leaves the process, in a header or an event, names that span as its parent. Without a registered SDK the call is passed on as it is.
 */
export function tracedInvoker(invoker: Invoker): Invoker {
  return {
    ...(invoker.concurrency !== undefined && { concurrency: invoker.concurrency }),
    ...(invoker.patient && { patient: true }),
    targetOf: (effect) => invoker.targetOf(effect),
    invoke(effect, call) {
      const { traceparent } = effect;
      const tracing = traceparent === undefined ? undefined : activeTracing();
      const span = tracing && spanOf(tracing, effect, traceparent!, invoker);
      return span === undefined
        ? invoker.invoke(effect, call)
        : invokeWithin(tracing!, span, effect, call, invoker);
    },
  };
}

function spanOf(tracing: Tracing, effect: Effect, traceparent: string, invoker: Invoker): Span | undefined {
  const { api, tracer } = tracing;
  const parent = sampledParent(tracing, traceparent);
  if (parent === undefined) return undefined;
  const { workflow, run } = splitRunKey(effect.run);
  return tracer.startSpan(
    `tidegate.effect ${effect.kind}`,
    {
      kind: api.SpanKind[KINDS[effect.kind] ?? 'INTERNAL'],
      attributes: {
        'tidegate.workflow': workflow,
        'tidegate.run': run,
        'tidegate.trigger': effect.trigger,
        'tidegate.effect': effect.id,
        'tidegate.attempt': effect.attempt,
        'tidegate.target': invoker.targetOf(effect),
      },
    },
    parent,
  );
}

async function invokeWithin(
  { api }: Tracing,
  span: Span,
  effect: Effect,
  call: InvokerCall,
  invoker: Invoker,
): Promise<unknown> {
  // A call that ignores its abort may never settle, and its span would never be seen.
  call.signal.addEventListener('abort', () => fail(span, call.signal.reason), { once: true });
  const traced = { ...effect, traceparent: traceparentOf(span.spanContext()) };
  try {
    const result = await api.context.with(api.trace.setSpan(api.context.active(), span), () =>
      invoker.invoke(traced, call),
    );
    if (result === ACCEPTED) span.setAttribute('tidegate.accepted', true);
    span.end();
    return result;
  } catch (error) {
    fail(span, error);
    throw error;
  }
}

function fail(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  const { code, message } = failureOf(error);
  span.setStatus({ code: ERROR, message: `${code}: ${message}` });
  span.setAttribute('error.type', code);
  span.end();
}
