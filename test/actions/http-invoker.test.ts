import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ACCEPTED, httpInvoker, verifyCallback } from '../../src/actions/index.ts';
import { effect, failure, never } from './calls.ts';
import { dependencies } from './dependencies.ts';
import { json, startServer } from './local-server.ts';

/** What an invocation made of an answer. */
async function invokeAgainst(answer: (response: ServerResponse) => void, limits = {}) {
  const server = await startServer((_, response) => answer(response));
  return httpInvoker(dependencies({ limits })).invoke(
    effect('http', { url: server.url, method: 'GET' }),
    never,
  );
}

describe('the request of an http action', () => {
  it('carries the body as JSON, the effect id as idempotency key and the trace', async () => {
    const server = await startServer((_, response) => json(response, 200, null));
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const request = {
      url: `${server.url}/a?b=c`,
      method: 'POST',
      headers: { 'X-Own': 7 },
      body: { n: [1, 'ä'] },
    };
    await httpInvoker(dependencies()).invoke(effect('http', request, { traceparent }), never);
    expect(server.received).toMatchObject([
      {
        method: 'POST',
        path: '/a?b=c',
        body: '{"n":[1,"ä"]}',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': 'orders/run-1::bill:1.0:1',
          'user-agent': 'tidegate/1.2.3',
          traceparent,
          'x-own': '7',
        },
      },
    ]);
    expect(server.received[0]?.headers).not.toHaveProperty('tidegate-callback');
  });

  it.each([
    ['a string goes as it is', 'plain', 'plain', 'text/plain; charset=utf-8'],
    ['null is JSON', null, 'null', 'application/json'],
    ['false is JSON', false, 'false', 'application/json'],
    ['nothing is nothing', undefined, '', undefined],
  ])('%s', async (_name, body, sent, contentType) => {
    const server = await startServer((_, response) => response.end());
    const request = { url: server.url, method: 'PUT', body };
    await httpInvoker(dependencies()).invoke(effect('http', request), never);
    expect(server.received[0]?.body).toBe(sent);
    expect(server.received[0]?.headers['content-type']).toBe(contentType);
  });

  it('lets the definition choose its content type and user agent, in any case', async () => {
    const server = await startServer((_, response) => response.end());
    const headers = {
      'Content-Type': 'application/xml',
      'USER-AGENT': 'mine',
      Accept: 'text/xml',
      'x-none': null,
    };
    const request = { url: server.url, method: 'POST', headers, body: '<a/>' };
    await httpInvoker(dependencies()).invoke(effect('http', request), never);
    expect(server.received[0]?.headers).toMatchObject({
      'content-type': 'application/xml',
      'user-agent': 'mine',
      accept: 'text/xml',
    });
    expect(server.received[0]?.headers).not.toHaveProperty('x-none');
  });

  it.each(['Host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'Tidegate-Callback'])(
    'does not let the definition set %s',
    async (name) => {
      const server = await startServer((_, response) => response.end());
      const request = { url: server.url, method: 'POST', headers: { [name]: '1' } };
      const failed = await failure(httpInvoker(dependencies()).invoke(effect('http', request), never));
      expect(failed).toMatchObject({ code: 'ACTION_FAILED', retryable: false });
      expect(failed.message).toContain(name);
      expect(server.received).toHaveLength(0);
    },
  );

  it('percent-encodes what a header may not hold in the idempotency key', async () => {
    const server = await startServer((_, response) => response.end());
    const request = { url: server.url, method: 'GET' };
    await httpInvoker(dependencies()).invoke(effect('http', request, { id: 'a/ä b%\n[3]' }), never);
    const key = server.received[0]?.headers['idempotency-key'] as string;
    expect(key).toBe('a/%C3%A4%20b%25%0A[3]');
    expect(decodeURIComponent(key)).toBe('a/ä b%\n[3]');
  });
});

describe('the result of an http action', () => {
  it.each([
    ['JSON', 200, 'application/json; charset=utf-8', '{"a":[1]}', { a: [1] }],
    ['JSON of a kind', 201, 'application/vnd.example+json', '3', 3],
    ['text', 200, 'text/plain', '{"a":1}', '{"a":1}'],
    ['text in another charset', 200, 'text/plain; charset=latin1', Buffer.from([0xe4]), 'ä'],
    ['text without a type', 200, undefined, 'ä', 'ä'],
    ['nothing', 200, 'application/json', '', null],
    ['no content', 204, undefined, '', null],
  ])('is the answer: %s', async (_name, status, contentType, body, result) => {
    const answer = (response: ServerResponse) =>
      response.writeHead(status, { ...(contentType && { 'content-type': contentType }) }).end(body);
    expect(await invokeAgainst(answer)).toEqual(result);
  });

  it.each([
    ['INVALID_JSON', '{"a":', {}],
    ['UNSAFE_KEY', '{"__proto__":{"a":1}}', {}],
    ['NESTING_TOO_DEEP', '['.repeat(70) + ']'.repeat(70), {}],
    ['RESPONSE_TOO_LARGE', JSON.stringify('x'.repeat(100)), { responseBytes: 50 }],
    ['EFFECT_REFUSED', 'gzip', {}, 'gzip'],
  ])('is refused with %s', async (code, body, limits, encoding?: string) => {
    const headers = { 'content-type': 'application/json', ...(encoding && { 'content-encoding': encoding }) };
    const call = invokeAgainst((response) => response.writeHead(200, headers).end(body), limits);
    expect(await failure(call)).toMatchObject({ code, retryable: false });
  });
});

describe('an answer that is no success', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('%i may be retried', async (status) => {
    const call = invokeAgainst((response) => response.writeHead(status, { 'retry-after': '3' }).end('busy'));
    expect(await failure(call)).toMatchObject({
      code: 'EFFECT_FAILED',
      retryable: true,
      details: { status, body: 'busy', retryAfter: '3' },
    });
  });

  it.each([301, 302, 304, 400, 401, 403, 404, 409, 410, 422, 501, 505])('%i is final', async (status) => {
    const call = invokeAgainst((response) => response.writeHead(status, { location: '/there' }).end());
    const failed = await failure(call);
    expect(failed).toMatchObject({ code: 'EFFECT_REFUSED', retryable: false, details: { status } });
    expect(failed.message).toContain(String(status));
  });

  it('keeps the beginning of a long body', async () => {
    const failed = await failure(
      invokeAgainst((response) => response.writeHead(400).end('x'.repeat(100_000))),
    );
    expect((failed.details as { body: string }).body).toMatch(/^x{4093}\.\.\.$/);
  });

  it('is what its status says even with a body beyond the limit', async () => {
    const call = invokeAgainst((response) => response.writeHead(503).end('x'.repeat(100)), {
      responseBytes: 50,
    });
    expect(await failure(call)).toMatchObject({
      code: 'EFFECT_FAILED',
      retryable: true,
      details: { status: 503 },
    });
  });

  it.each([
    ['code names the error', 409, { code: 'OUT_OF_STOCK', message: 'none left' }, 'OUT_OF_STOCK', false],
    ['code of a retryable status', 503, { code: 'Busy', detail: 'none left' }, 'Busy', true],
    ['code and class', 500, { code: 'BadInput', title: 'none left', retryable: false }, 'BadInput', false],
    ['error and class', 400, { error: 'NotYet', message: 'none left', retryable: true }, 'NotYet', true],
    ['error alone is a text', 400, { error: 'NotYet', message: 'none left' }, 'EFFECT_REFUSED', false],
    [
      'code that is no name',
      400,
      { code: 'no name', message: 'none left', retryable: true },
      'EFFECT_REFUSED',
      false,
    ],
    ['code that is a number', 503, { code: 17, message: 'none left' }, 'EFFECT_FAILED', true],
  ])('may name an error of its own: %s', async (_name, status, body, code, retryable) => {
    const failed = await failure(
      invokeAgainst((response) => json(response, status, body, 'application/problem+json')),
    );
    expect(failed).toMatchObject({ code, retryable });
    expect(failed.message).toMatch(/ answered \d+: none left$/);
  });

  it.each(['null', '"text"', '[1]', '{', '7'])(
    'is judged by its status when the JSON body is %s',
    async (body) => {
      const headers = { 'content-type': 'application/json' };
      const call = invokeAgainst((response) => response.writeHead(500, headers).end(body));
      expect(await failure(call)).toMatchObject({ code: 'EFFECT_FAILED', retryable: true });
    },
  );
});

describe('an asynchronous http action', () => {
  const asynchronous = { async: true };

  it('hands over a signed callback URL for this effect alone', async () => {
    const server = await startServer((_, response) => response.writeHead(202).end('x'.repeat(100)));
    const deps = dependencies({ limits: { responseBytes: 50 } });
    const call = effect('http', { url: server.url, method: 'POST' }, asynchronous);
    expect(await httpInvoker(deps).invoke(call, never)).toBe(ACCEPTED);
    const url = String(server.received[0]?.headers['tidegate-callback']);
    const prefix = 'http://front.example:7171/v1/callbacks/';
    expect(url.startsWith(prefix)).toBe(true);
    expect(verifyCallback(deps.callback.key, url.slice(prefix.length))).toEqual({
      run: call.run,
      effect: call.id,
    });
  });

  it.each([
    [404, 'EFFECT_REFUSED', false],
    [503, 'EFFECT_FAILED', true],
  ])('fails at once where the target answers %i', async (status, code, retryable) => {
    const server = await startServer((_, response) => response.writeHead(status).end());
    const call = effect('http', { url: server.url, method: 'POST' }, asynchronous);
    expect(await failure(httpInvoker(dependencies()).invoke(call, never))).toMatchObject({ code, retryable });
  });
});

describe('the target of an http action', () => {
  const { targetOf } = httpInvoker(dependenciesOutsideTests());

  it.each([
    ['http://a.example:80/b/c?d=e#f', 'http://a.example/b/c'],
    ['https://A.example:8443', 'https://a.example:8443/'],
    ['https://a.example/hooks/secret://hook/x', 'https://a.example/hooks/secret://hook/x'],
    ['secret://whole-url', 'secret://whole-url'],
  ])('%s is known as %s', (url, target) => {
    expect(targetOf(effect('http', { url, method: 'GET' }))).toBe(target);
  });

  it.each([7, null, 'no url'])('is missing where the URL came out as %j', (url) => {
    expect(() => targetOf(effect('http', { url, method: 'GET' }))).toThrow('URL');
  });
});

function dependenciesOutsideTests() {
  return {} as Parameters<typeof httpInvoker>[0]; // targetOf needs none of them
}
