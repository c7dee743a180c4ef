import { HTTP } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { publishInvoker } from '../../src/actions/index.ts';
import { effect, failure, never } from './calls.ts';
import { dependencies } from './dependencies.ts';
import { startServer } from './local-server.ts';

const MODES = ['binary', 'structured'] as const;

async function published(request: object, more = {}) {
  const server = await startServer((_, response) => response.writeHead(202).end());
  const call = effect('publish', { url: `${server.url}/sink`, ...request }, more);
  expect(await publishInvoker(dependencies()).invoke(call, never)).toBeNull();
  const [{ headers, body, method, path }] = server.received as [(typeof server.received)[0]];
  expect({ method, path }).toEqual({ method: 'POST', path: '/sink' });
  return { headers, event: HTTP.toEvent({ headers, body }) as unknown as Record<string, unknown> };
}

describe.each(MODES)('a published event in %s mode', (mode) => {
  it('is read by other implementations as it was meant', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { event, headers } = await published(
      {
        mode,
        headers: { Authorization: 'Bearer x', 'ce-type': 'other', 'content-type': 'text/plain' },
        event: { type: 'com.example.done', source: '/shop', subject: 'order.7', data: { total: [1, 'ä'] } },
      },
      { traceparent },
    );
    expect(event).toMatchObject({
      specversion: '1.0',
      id: 'orders/run-1::bill:1.0:1',
      type: 'com.example.done',
      source: '/shop',
      subject: 'order.7',
      datacontenttype: 'application/json',
      data: { total: [1, 'ä'] },
      traceparent,
    });
    expect(headers).toMatchObject({ authorization: 'Bearer x', 'user-agent': 'tidegate/1.2.3' });
  });

  it('comes from the run unless the action says otherwise', async () => {
    const { event } = await published({ mode, event: { type: 'a' } });
    expect(event).toMatchObject({ source: '/orders/run-1', type: 'a' });
    expect(event.subject).toBeUndefined();
    expect(event.data || undefined).toBeUndefined(); // the package reads an empty body as an empty text
  });

  it.each([['text'], [0], [null], [false]])('carries %j as JSON data', async (data) => {
    const server = await startServer((_, response) => response.end());
    const call = effect('publish', { url: server.url, mode, event: { type: 'a', data } });
    await publishInvoker(dependencies()).invoke(call, never);
    const sent = JSON.parse(server.received[0]?.body ?? '') as { data: unknown };
    expect(mode === 'binary' ? sent : sent.data).toEqual(data);
  });

  it('counts as delivered whatever the sink answers beside its 2xx', async () => {
    const server = await startServer((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{${'x'.repeat(100)}`),
    );
    const call = effect('publish', { url: server.url, mode, event: { type: 'a' } });
    expect(
      await publishInvoker(dependencies({ limits: { responseBytes: 50 } })).invoke(call, never),
    ).toBeNull();
  });

  it.each([
    [{ type: 7 }, 'INVALID_EVENT'],
    [{ type: 'a', subject: '' }, 'INVALID_EVENT'],
    [{ type: 'dev.tidegate.run.start' }, 'RESERVED_TYPE'],
    [{ type: 'a', data: 'x'.repeat(1_100_000) }, 'LIMIT_EXCEEDED'],
  ])('is refused before it is sent when its templates gave %j', async (event, code) => {
    const server = await startServer((_, response) => response.end());
    const call = effect('publish', { url: server.url, mode, event });
    expect(await failure(publishInvoker(dependencies()).invoke(call, never))).toMatchObject({
      code,
      retryable: false,
    });
    expect(server.received).toHaveLength(0);
  });

  it.each([
    [410, 'EFFECT_REFUSED', false],
    [429, 'EFFECT_FAILED', true],
  ])('is answered %i: %s', async (status, code, retryable) => {
    const server = await startServer((_, response) => response.writeHead(status).end());
    const call = effect('publish', { url: server.url, mode, event: { type: 'a' } });
    expect(await failure(publishInvoker(dependencies()).invoke(call, never))).toMatchObject({
      code,
      retryable,
    });
  });
});
