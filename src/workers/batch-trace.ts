import type { Context, Span } from '@opentelemetry/api';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Effect } from '../model/effect.ts';
import { activeTracing, type Tracing } from './open-telemetry.ts';
import { isSampled, sampledParent, traceparentOf } from './trace-context.ts';

/** Events of one batch that get a span; the others of it are not traced. */
const MOST_EVENTS = 128;

/**
 * The spans of one batch: `tidegate.event` for each event whose producer records its trace, from its step to the acknowledgement of
 * the checkpoint, and one `tidegate.checkpoint` that they are linked with. A batch that is dropped leaves none.
 */
export class BatchTrace {
  readonly #tracing: Tracing;
  readonly #checkpoint: Span;
  readonly #events: Span[] = [];
  /** The traceparent of an event's span, by that which the event came with. */
  readonly #spans = new Map<string, string>();

  private constructor(tracing: Tracing, partition: number) {
    this.#tracing = tracing;
    this.#checkpoint = tracing.tracer.startSpan('tidegate.checkpoint', {
      root: true,
      attributes: { 'tidegate.partition': partition },
    });
  }

  /** Undefined as long as nothing of the batch is traced. */
  static with(
    known: BatchTrace | undefined,
    event: CloudEvent,
    run: string,
    partition: number,
  ): BatchTrace | undefined {
    const { traceparent } = event;
    if (traceparent === undefined || !isSampled(traceparent)) return known;
    const tracing = known === undefined ? activeTracing() : known.#tracing;
    const parent = tracing && sampledParent(tracing, traceparent);
    if (tracing === undefined || parent === undefined) return known;
    const batch = known ?? new BatchTrace(tracing, partition);
    if (batch.#events.length < MOST_EVENTS) batch.#add(event, traceparent, parent, run, partition);
    return batch;
  }

  #add(
    { id, source, type, subject }: CloudEvent,
    traceparent: string,
    parent: Context,
    run: string,
    partition: number,
  ): void {
    const attributes = {
      'cloudevents.event_id': id,
      'cloudevents.event_source': source,
      'cloudevents.event_type': type,
      ...(subject !== undefined && { 'cloudevents.event_subject': subject }),
      'tidegate.run': run,
      'tidegate.partition': partition,
    };
    const links = [{ context: this.#checkpoint.spanContext() }];
    const { api, tracer } = this.#tracing;
    const span = tracer.startSpan(
      'tidegate.event',
      { kind: api.SpanKind.CONSUMER, attributes, links },
      parent,
    );
    this.#checkpoint.addLink({ context: span.spanContext() });
    this.#events.push(span);
    this.#spans.set(traceparent, traceparentOf(span.spanContext()));
  }

  /** The checkpoint is acknowledged. */
  end(checkpoint: number, bytes: number): void {
    this.#checkpoint.setAttributes({ 'tidegate.checkpoint': checkpoint, 'tidegate.checkpoint.bytes': bytes });
    for (const span of this.#events) span.end();
    this.#checkpoint.end();
  }

  /** The effect as it is to be performed: below the span of the event that caused it. What is stored stays as it is. */
  adopt(effect: Effect): Effect {
    const traceparent = effect.traceparent === undefined ? undefined : this.#spans.get(effect.traceparent);
    return traceparent === undefined ? effect : { ...effect, traceparent };
  }
}
