import { SpanStatusCode, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startTidegate, type Tidegate } from '../../src/index.ts';
import { activeTracing } from '../../src/workers/open-telemetry.ts';
import { isSampled, sampledParent } from '../../src/workers/trace-context.ts';
import { tracedInvoker } from '../../src/workers/traced-invoker.ts';
import { effect } from '../actions/calls.ts';
import { startServer } from '../actions/local-server.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PRODUCER = '00f067aa0ba902b7';
const SAMPLED = `00-${TRACE}-${PRODUCER}-01`;
const UNSAMPLED = `00-${TRACE}-${PRODUCER}-00`;

/** An SDK that keeps the spans it is given. */
function registerSdk(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  return exporter;
}
afterEach(() => trace.disable());

const spanOf = (exporter: InMemorySpanExporter, name: string) =>
  exporter.getFinishedSpans().filter((span) => span.name === name);
const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId;

/** What the function `after` was given. */
let traces: (string | undefined)[] = [];
beforeEach(() => {
  traces = [];
});

/** Standing workflow: an event calls a URL, its answer calls a function. */
async function tidegateCalling(url: string): Promise<Tidegate> {
  const tidegate = await startTidegate({
    dataDir: { memory: true },
    partitions: 1,
    functions: { after: (_, { traceparent }) => void traces.push(traceparent) },
  });
  onTestFinished(() => tidegate.stop({ graceMs: 0 }));
  const on = (id: string, type: string, action: object, subject?: string) => ({
    id,
    activationEvents: [{ type, ...(subject && { subject }) }],
    condition: { type: 'always' },
    actions: [action],
  });
  await tidegate.gateway.putWorkflow('w', {
    format: 'triggers',
    definition: {
      run: 'standing',
      triggers: [
        on('call', 'go', { type: 'http', url }),
        on('after', 'dev.tidegate.task.succeeded', { type: 'function', name: 'after' }, 'call'),
      ],
    },
  });
  return tidegate;
}
const event = (id: string, traceparent?: string) => ({
  specversion: '1.0' as const,
  id,
  source: '/test',
  type: 'go',
  workflow: 'w',
  ...(traceparent !== undefined && { traceparent }),
});

describe('a trace', () => {
  it('runs from the event through its checkpoint and effect to the function call, and on with the next', async () => {
    const exporter = registerSdk();
    const server = await startServer((_, response) => response.end());
    const { gateway } = await tidegateCalling(server.url);
    await gateway.publish([event('1', SAMPLED), event('2'), event('3', UNSAMPLED)]);
    await expect.poll(() => spanOf(exporter, 'tidegate.effect function').length).toBe(1);
    await expect.poll(() => server.received.length).toBe(3);
    const [[arrived, ...more], [checkpoint], [call], [next]] = [
      spanOf(exporter, 'tidegate.event'),
      spanOf(exporter, 'tidegate.checkpoint'),
      spanOf(exporter, 'tidegate.effect http'),
      spanOf(exporter, 'tidegate.effect function'),
    ];
    expect(more).toEqual([]);
    for (const span of [arrived, call, next]) expect(span?.spanContext().traceId).toBe(TRACE);
    expect(parentOf(arrived)).toBe(PRODUCER);
    expect(parentOf(call)).toBe(arrived?.spanContext().spanId);
    expect(parentOf(next)).toBe(PRODUCER);
    expect(arrived?.links.map(({ context }) => context.spanId)).toEqual([checkpoint?.spanContext().spanId]);
    expect(checkpoint?.links.map(({ context }) => context.spanId)).toEqual([arrived?.spanContext().spanId]);
    expect(arrived?.attributes).toMatchObject({ 'cloudevents.event_id': '1', 'tidegate.run': 'w/standing' });
    expect(call?.attributes).toMatchObject({
      'tidegate.effect': 'w/standing::call:1.0:1',
      'tidegate.target': `${server.url}/`,
    });
    expect(traces).toContain(`00-${TRACE}-${next?.spanContext().spanId}-01`);
    const byEvent = server.received.map(({ headers }) => headers['traceparent']);
    expect(byEvent.toSorted()).toEqual(
      [`00-${TRACE}-${call?.spanContext().spanId}-01`, UNSAMPLED, undefined].toSorted(),
    );
  });

  it('that nobody records leaves no span, and is passed on all the same', async () => {
    const exporter = registerSdk();
    const server = await startServer((_, response) => response.end());
    const { gateway } = await tidegateCalling(server.url);
    await gateway.publish([
      event('1', UNSAMPLED),
      event('2', 'not-a-traceparent-at-all-but-as-long-as-one-would-be---1'),
    ]);
    await expect.poll(() => server.received.length).toBe(2);
    expect(exporter.getFinishedSpans()).toEqual([]);
    expect(server.received.map(({ headers }) => headers['traceparent'])).toContain(UNSAMPLED);
  });

  it('is passed on unchanged where no SDK is registered', async () => {
    const server = await startServer((_, response) => response.end());
    const { gateway } = await tidegateCalling(server.url);
    await gateway.publish([event('1', SAMPLED)]);
    await expect.poll(() => server.received.length).toBe(1);
    expect(server.received[0]?.headers['traceparent']).toBe(SAMPLED);
  });

  it('shows an attempt that failed, with its code, and the retry beside it', async () => {
    const exporter = registerSdk();
    const server = await startServer((_, response) =>
      response.writeHead(server.received.length === 1 ? 503 : 200).end(),
    );
    const { gateway } = await tidegateCalling(server.url);
    await gateway.changeTriggers('w', {
      kind: 'put',
      trigger: {
        id: 'call',
        activationEvents: [{ type: 'go' }],
        condition: { type: 'always' },
        actions: [{ type: 'http', url: server.url, retry: { maxAttempts: 2, intervalMs: 1 } }],
      },
    });
    await gateway.publish([event('1', SAMPLED)]);
    await expect.poll(() => spanOf(exporter, 'tidegate.effect http').length).toBe(2);
    const [first, second] = spanOf(exporter, 'tidegate.effect http');
    expect(first?.status.code).toBe(SpanStatusCode.ERROR);
    expect(first?.attributes).toMatchObject({ 'error.type': 'EFFECT_FAILED', 'tidegate.attempt': 1 });
    expect(second?.attributes).toMatchObject({ 'tidegate.attempt': 2 });
    expect(second?.spanContext().traceId).toBe(TRACE);
  });

  it('goes on in the run that an effect starts', async () => {
    const exporter = registerSdk();
    const { gateway } = await tidegateCalling('http://127.0.0.1:1');
    const on = (id: string, type: string, actions: object[]) => ({
      id,
      activationEvents: [{ type }],
      condition: { type: 'always' },
      actions,
    });
    await gateway.putWorkflow('child', {
      format: 'triggers',
      definition: {
        triggers: [
          on('in', 'dev.tidegate.run.started', [{ type: 'function', name: 'after' }, { type: 'complete' }]),
        ],
      },
    });
    await gateway.putWorkflow('parent', {
      format: 'triggers',
      definition: {
        triggers: [on('start', 'dev.tidegate.run.started', [{ type: 'start-run', workflow: 'child' }])],
      },
    });
    await gateway.startRun('parent', { id: 'p', traceparent: SAMPLED });
    await expect.poll(() => spanOf(exporter, 'tidegate.effect function').length).toBe(1);
    for (const span of exporter.getFinishedSpans().filter(({ name }) => name !== 'tidegate.checkpoint'))
      expect(span.spanContext().traceId, span.name).toBe(TRACE);
    expect(spanOf(exporter, 'tidegate.effect start-run')).toHaveLength(1);
  });

  it('comes with the request, where the events in it name none', async () => {
    const server = await startServer((_, response) => response.end());
    const tidegate = await startTidegate({ dataDir: { memory: true }, frontend: { port: 0 } });
    onTestFinished(() => tidegate.stop({ graceMs: 0 }));
    await tidegate.gateway.putWorkflow('w', {
      format: 'triggers',
      definition: {
        run: 'standing',
        triggers: [
          {
            id: 'call',
            activationEvents: [{ type: 'go' }],
            condition: { type: 'always' },
            actions: [{ type: 'http', url: server.url }],
          },
        ],
      },
    });
    const own = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`;
    const response = await fetch(`${tidegate.address}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json', traceparent: SAMPLED },
      body: JSON.stringify([event('1'), event('2', own)]),
    });
    expect(response.status).toBe(202);
    await expect
      .poll(() => server.received.map(({ headers }) => headers['traceparent']).toSorted())
      .toEqual([SAMPLED, own]);
  });
});

describe('a call that ignores its abort', () => {
  it('ends its span when it is aborted', async () => {
    const exporter = registerSdk();
    const controller = new AbortController();
    const invoker = tracedInvoker({ targetOf: () => 'nowhere', invoke: () => new Promise(() => {}) });
    void invoker.invoke(effect('http', {}, { traceparent: SAMPLED }), { signal: controller.signal });
    expect(exporter.getFinishedSpans()).toEqual([]);
    controller.abort(new Error('cancelled'));
    expect(exporter.getFinishedSpans()).toMatchObject([
      { name: 'tidegate.effect http', status: { code: SpanStatusCode.ERROR } },
    ]);
  });
});

describe('a traceparent', () => {
  const parentIn = (text: string) => {
    registerSdk();
    return sampledParent(activeTracing()!, text);
  };

  it.each([...'0123456789abcdef'].map((digit) => [digit]))(
    'with the flags 0%s is sampled when the digit is odd',
    (digit) => {
      const text = `00-${TRACE}-${PRODUCER}-0${digit}`;
      expect(isSampled(text)).toBe(Number.parseInt(digit, 16) % 2 === 1);
      expect(parentIn(text) !== undefined).toBe(Number.parseInt(digit, 16) % 2 === 1);
    },
  );
  it.each([
    ['', false],
    ['1', false],
    [`ff-${TRACE}-${PRODUCER}-01`, false],
    [`00-${'0'.repeat(32)}-${PRODUCER}-01`, false],
    [`00-${TRACE}-${'0'.repeat(16)}-01`, false],
    [`00-${TRACE.toUpperCase()}-${PRODUCER}-01`, false],
    [`01-${TRACE}-${PRODUCER}-01-more`, true],
  ])('%j names a parent: %s', (text, valid) => {
    expect(parentIn(text) !== undefined).toBe(valid);
  });
});
