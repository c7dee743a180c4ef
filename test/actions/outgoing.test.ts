import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EffectError } from '../../src/actions/action.ts';
import type { OutgoingCall } from '../../src/actions/outgoing.ts';
import { failure, neverAborted, outgoing } from './calls.ts';
import { startServer } from './local-server.ts';

function call(url: string, more: Partial<OutgoingCall> = {}): OutgoingCall {
  return { method: 'GET', url, headers: {}, signal: neverAborted, maxResponseBytes: 1_000, ...more };
}

describe('outgoing calls', () => {
  it('bring back status, headers and body', async () => {
    const server = await startServer((_, response) =>
      response.writeHead(418, { 'X-Tea': ['green', 'black'] }).end('short and stout'),
    );
    const answer = await outgoing().request(
      call(`${server.url}/pot?full=1`, { method: 'PUT', body: 'water', headers: { 'x-a': 'b' } }),
    );
    expect(answer.status).toBe(418);
    expect(answer.headers['x-tea']).toBe('green, black');
    expect(answer.body.toString()).toBe('short and stout');
    expect(server.received).toMatchObject([
      { method: 'PUT', path: '/pot?full=1', body: 'water', headers: { 'x-a': 'b' } },
    ]);
  });

  it('reuse the connections of the calls before', async () => {
    const server = await startServer((_, response) => response.end('ok'));
    const calls = outgoing();
    for (let i = 0; i < 20; i++) await calls.request(call(server.url));
    expect(server.received).toHaveLength(20);
    // Two, as a connection is free again only a moment after its response has been read.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('run side by side to one target', async () => {
    const waiting: (() => void)[] = [];
    const server = await startServer((_, response) => {
      waiting.push(() => response.end('ok'));
      if (waiting.length === 3) for (const answer of waiting) answer();
    });
    const calls = outgoing();
    const answers = await Promise.all([1, 2, 3].map(() => calls.request(call(server.url))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('share at most 256 connections to one origin', async () => {
    const server = await startServer((_, response) => setImmediate(() => response.end('ok')));
    const calls = outgoing();
    await Promise.all(Array.from({ length: 600 }, (_, i) => calls.request(call(`${server.url}/${i}`))));
    expect(server.received).toHaveLength(600);
    expect(server.connections).toBeLessThanOrEqual(256);
  });

  it('do not follow redirects', async () => {
    const server = await startServer((_, response) =>
      response.writeHead(302, { location: '/elsewhere' }).end(),
    );
    const answer = await outgoing().request(call(server.url));
    expect(answer.status).toBe(302);
    expect(server.received).toHaveLength(1);
  });

  it('end with the reason of the abort when the target does not answer', async () => {
    const server = await startServer(() => {});
    const abort = new AbortController();
    const timedOut = new EffectError({
      code: 'EFFECT_TIMEOUT',
      message: 'the call took longer than 5 ms',
      retryable: true,
    });
    server.server.on('request', () => abort.abort(timedOut));
    await expect(outgoing().request(call(server.url, { signal: abort.signal }))).rejects.toBe(timedOut);
  });

  it('end at the abort in the middle of a slow body', async () => {
    const abort = new AbortController();
    const server = await startServer((_, response) => {
      response.writeHead(200).write('the beginning');
      setImmediate(() => abort.abort(new DOMException('late', 'TimeoutError')));
    });
    expect(await failure(outgoing().request(call(server.url, { signal: abort.signal })))).toMatchObject({
      code: 'EFFECT_TIMEOUT',
      retryable: true,
    });
  });

  it('are given up retryably when the abort is no time-out', async () => {
    const abort = new AbortController();
    const server = await startServer(() => abort.abort(new Error('the worker stops')));
    expect(await failure(outgoing().request(call(server.url, { signal: abort.signal })))).toMatchObject({
      code: 'EFFECT_FAILED',
      retryable: true,
    });
  });

  it.each([
    ['announced', { 'content-length': '1001' }],
    ['streamed', {}],
  ])('refuse a response beyond the limit, %s', async (_name, headers) => {
    const server = await startServer((_, response) => response.writeHead(500, headers).end('x'.repeat(1001)));
    const calls = outgoing();
    expect(await failure(calls.request(call(server.url)))).toMatchObject({
      code: 'RESPONSE_TOO_LARGE',
      retryable: false,
      details: { status: 500 },
    });
    expect((await calls.request(call(server.url, { maxResponseBytes: 1_001 }))).body).toHaveLength(1_001);
  });

  it('stop reading a response that never ends', async () => {
    const server = await startServer((_, response) => {
      const pour = () => {
        while (response.write('x'.repeat(10_000)));
      };
      response.on('drain', pour);
      pour();
    });
    expect(await failure(outgoing().request(call(server.url)))).toMatchObject({ code: 'RESPONSE_TOO_LARGE' });
  });

  it('call a target unreachable where nothing listens, and name it', async () => {
    const gone = createServer();
    await new Promise<void>((listening) => gone.listen(0, '127.0.0.1', listening));
    const { port } = gone.address() as { port: number };
    await new Promise((closed) => gone.close(closed));
    const failed = await failure(outgoing().request(call(`http://127.0.0.1:${port}/`)));
    expect(failed).toMatchObject({ code: 'TARGET_UNREACHABLE', retryable: true });
    expect(failed.message).toContain(`127.0.0.1:${port}`);
    expect(failed.message).toContain('ECONNREFUSED');
  });

  it.each([
    ['without a word', ''],
    ['in the middle of the body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'],
    ['with something that is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
  ])('call a target unreachable that closes %s', async (_name, words) => {
    const server = createServer((socket) => socket.once('data', () => socket.end(words)));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    expect(await failure(outgoing().request(call(`http://127.0.0.1:${port}/`)))).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      retryable: true,
    });
  });

  it('call a target unreachable whose name has no address', async () => {
    const calls = outgoing({ resolve: async () => [] });
    const failed = await failure(calls.request(call('http://nowhere.example/')));
    expect(failed).toMatchObject({ code: 'TARGET_UNREACHABLE', retryable: true });
    expect(failed.message).toContain('nowhere.example');
  });

  it('give up a connection that does not come about in time', async () => {
    const calls = outgoing({ resolve: () => new Promise(() => {}), connectTimeoutMs: 50 });
    expect(await failure(calls.request(call('http://stuck.example/')))).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      retryable: true,
    });
  });

  it.each([
    ['file:///etc/passwd', 'TARGET_FORBIDDEN'],
    ['ftp://example.com/', 'TARGET_FORBIDDEN'],
    ['not a URL', 'ACTION_FAILED'],
    ['http://user:hunter2@example.com/', 'ACTION_FAILED'],
  ])('refuse %s for good', async (url, code) => {
    const failed = await failure(outgoing().request(call(url)));
    expect(failed).toMatchObject({ code, retryable: false });
    expect(failed.message).not.toContain('hunter2');
  });

  it('refuse headers that HTTP cannot carry, without showing the value', async () => {
    const failed = await failure(
      outgoing().request(call('http://127.0.0.1:1/', { headers: { 'x-key': 'hunter2\n' } })),
    );
    expect(failed).toMatchObject({ code: 'ACTION_FAILED', retryable: false });
    expect(failed.message).toContain('x-key');
    expect(failed.message).not.toContain('hunter2');
  });
});
