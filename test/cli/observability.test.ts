/** What a running process tells of itself: traces to a collector, logs to standard error. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { startServer, tidegate } from './tidegate-process.ts';

vi.setConfig({ testTimeout: 120_000 });
const poll: typeof expect.poll = (read) => expect.poll(read, { timeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-observability-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
}

/** A collector: OTLP over HTTP, as JSON. */
async function startCollector() {
  const spans: SentSpan[] = [];
  const services = new Set<string>();
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers['x-key']}`);
    const { resourceSpans } = (await json(request)) as {
      resourceSpans: {
        resource: { attributes: { key: string; value: { stringValue?: string } }[] };
        scopeSpans: { spans: SentSpan[] }[];
      }[];
    };
    for (const { resource, scopeSpans } of resourceSpans) {
      services.add(String(resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue));
      for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { spans, services, requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const WORKFLOW = {
  format: 'triggers',
  definition: {
    run: 'standing',
    triggers: [
      {
        id: 'count',
        activationEvents: [{ type: 'part' }],
        condition: { type: 'counter', threshold: 1, every: true },
        actions: [{ type: 'publish', event: { type: 'counted', workflow: 'parts' } }],
      },
      {
        id: 'total',
        activationEvents: [{ type: 'counted' }],
        condition: { type: 'counter', threshold: 1_000_000 },
        actions: [],
      },
    ],
  },
};

async function send(
  address: string,
  method: string,
  path: string,
  type: string,
  body: unknown,
  traceparent?: string,
) {
  const headers = { 'content-type': type, ...(traceparent !== undefined && { traceparent }) };
  const response = await fetch(`${address}${path}`, { method, headers, body: JSON.stringify(body) });
  expect(response.ok).toBe(true);
}
const part = (id: number) => ({
  specversion: '1.0',
  id: `${id}`,
  source: '/line',
  type: 'part',
  workflow: 'parts',
});

test('spans reach the collector that the settings name; what is left is sent at the end', async () => {
  const collector = await startCollector();
  const { address, process } = await startServer(join(folder, 'data'), [], {
    TIDEGATE_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=sesame',
  });
  await send(address, 'PUT', '/v1/workflows/parts', 'application/json', WORKFLOW);
  await send(
    address,
    'POST',
    '/v1/events',
    'application/cloudevents+json',
    part(1),
    `00-${TRACE}-00f067aa0ba902b7-01`,
  );
  await send(address, 'POST', '/v1/events', 'application/cloudevents+json', part(2));
  await poll(async () => (await fetch(`${address}/metrics`)).text()).toMatch(
    /tidegate_effect_seconds_count\{type="publish",outcome="succeeded"\} 2/,
  );
  process.kill('SIGTERM');
  expect(await process.ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining('error') });
  const traced = collector.spans.filter(({ traceId }) => traceId === TRACE).map(({ name }) => name);
  expect(traced).toContain('tidegate.effect publish');
  expect(traced).toContain('tidegate.event');
  expect(collector.spans.filter(({ name }) => name === 'tidegate.effect publish')).toHaveLength(1);
  expect([...collector.services]).toEqual(['tidegate']);
  expect(new Set(collector.requests)).toEqual(new Set(['POST /v1/traces sesame']));
});

test('a collector that is away holds up nothing', async () => {
  const { address, process } = await startServer(join(folder, 'data'), [], {
    TIDEGATE_OTLP_ENDPOINT: 'http://127.0.0.1:1',
  });
  await send(address, 'PUT', '/v1/workflows/parts', 'application/json', WORKFLOW);
  await send(
    address,
    'POST',
    '/v1/events',
    'application/cloudevents+json',
    part(1),
    `00-${TRACE}-00f067aa0ba902b7-01`,
  );
  process.kill('SIGTERM');
  expect((await process.ended).code).toBe(0);
});

test('an endpoint that is no URL is refused with the setting and the value', async () => {
  const { code, stderr } = await tidegate(['start', '--otlp-endpoint', 'collector:4318']);
  expect(code).toBe(2);
  expect(stderr).toContain('collector:4318');
});

test('logs are JSON lines, and at the level info there is none per event, run or request', async () => {
  const { address, process } = await startServer(join(folder, 'data'), ['--log-level', 'info']);
  await send(address, 'PUT', '/v1/workflows/parts', 'application/json', WORKFLOW);
  const written = () => process.stderr.split('\n').filter((line) => line.startsWith('{'));
  const before = written().length;
  for (let round = 0; round < 5; round++) {
    const events = Array.from({ length: 100 }, (_, at) => part(round * 100 + at));
    await send(address, 'POST', '/v1/events', 'application/cloudevents-batch+json', events);
  }
  await poll(async () => (await fetch(`${address}/metrics`)).text()).toMatch(
    /tidegate_effect_seconds_count\{type="publish",outcome="succeeded"\} 500/,
  );
  expect(written().length - before).toBeLessThanOrEqual(1);
  for (const line of written())
    expect(JSON.parse(line)).toMatchObject({ name: 'tidegate', level: expect.any(Number) });
  process.kill('SIGTERM');
  await process.ended;
});
