import { once } from 'node:events';
import { connect } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BATCH, COUNT_TWO, STRUCTURED, startTestFrontend, type TestFrontend } from './test-frontend.ts';

let server: TestFrontend;
let url: string;
beforeAll(async () => {
  server = await startTestFrontend();
  url = await server.frontend.listen({ port: 0 });
  await server.call('PUT', '/v1/workflows/w', { format: 'triggers', definition: COUNT_TWO });
});
afterAll(() => server.close());

const JSON_BODY = { 'content-type': 'application/json' };

/** What comes back on a bare socket. */
async function speak(text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

describe('bad input gets a coded problem with its place', () => {
  it.each([
    ['broken JSON', '{"id": }', JSON_BODY, 400, { code: 'INVALID_JSON', line: 1, column: 8 }],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), JSON_BODY, 400, { code: 'INVALID_JSON' }],
    ['deep nesting', '['.repeat(100_000), JSON_BODY, 400, { code: 'NESTING_TOO_DEEP' }],
    [
      'a key that reaches for the prototype',
      '{"input": {"__proto__": 1}}',
      JSON_BODY,
      400,
      { code: 'UNSAFE_KEY', pointer: '/input/__proto__' },
    ],
    [
      'an unknown field',
      '{\n "inpt": 1}',
      JSON_BODY,
      400,
      { code: 'INVALID_BODY', pointer: '/inpt', line: 2 },
    ],
    [
      'a value of the wrong type',
      '{"labels": []}',
      JSON_BODY,
      400,
      { code: 'INVALID_BODY', pointer: '/labels' },
    ],
    ['an id that no run can have', '{"id": "a/b"}', JSON_BODY, 400, { code: 'INVALID_BODY', pointer: '/id' }],
    ['a list instead of an object', '[]', JSON_BODY, 400, { code: 'INVALID_BODY', pointer: '' }],
    [
      'another media type',
      'a=b',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      { code: 'UNSUPPORTED_MEDIA_TYPE' },
    ],
    [
      'a header that is no media type',
      '{}',
      { 'content-type': 'json' },
      415,
      { code: 'UNSUPPORTED_MEDIA_TYPE' },
    ],
    ['no media type', '{}', {}, 415, { code: 'UNSUPPORTED_MEDIA_TYPE' }],
  ] as const)('%s', async (_name, body, headers, status, problem) => {
    const answer = await server.call('POST', '/v1/workflows/w/runs', body, headers as Record<string, string>);
    expect(answer).toMatchObject({ status, json: { ...problem, status } });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json.remedy).not.toBe('');
    expect(answer.json.instance).toBe('/v1/workflows/w/runs');
  });

  it.each([
    ['GET', '/v1/workflows?limit=0', 400, 'INVALID_PARAMETER'],
    ['GET', '/v1/workflows?limit=many', 400, 'INVALID_PARAMETER'],
    ['GET', '/v1/workflows?limit=1&limit=2', 400, 'INVALID_PARAMETER'],
    ['GET', '/v1/workflows?colour=red', 400, 'INVALID_PARAMETER'],
    ['GET', '/v1/workflows?limit=%zz', 400, 'INVALID_PARAMETER'],
    ['GET', '/v1/workflows/w/triggers?cursor=nonsense', 400, 'INVALID_PARAMETER'],
    ['GET', '/v1/runs?cursor=nonsense', 400, 'INVALID_PARAMETER'],
    ['GET', '/v1/workflows/w/runs?label=%00', 400, 'INVALID_PARAMETER'],
    ['GET', '/v1/workflows/w/runs?since=yesterday', 400, 'INVALID_PARAMETER'],
    ['GET', '/v1/workflows/a%00b', 400, 'INVALID_PARAMETER'],
    ['GET', '/v1/workflows/%', 400, 'INVALID_PARAMETER'],
    ['GET', `/v1/workflows/${'x'.repeat(5_000)}`, 400, 'INVALID_PARAMETER'],
    ['GET', '/v1/workflows/__proto__/runs', 404, 'WORKFLOW_NOT_FOUND'],
    ['GET', '/nothing/here', 404, 'NOT_FOUND'],
    ['GET', '/v1/workflows/', 400, 'INVALID_PARAMETER'],
    ['DELETE', '/v1/workflows', 405, 'METHOD_NOT_ALLOWED'],
    ['HEAD', '/v1/workflows/w/runs/x/stream', 405, undefined],
  ] as const)('%s %s', async (method, path, status, code) => {
    const answer = await server.call(method, path);
    expect(answer.status).toBe(status);
    if (code !== undefined) expect(answer.json).toMatchObject({ code, status });
    if (status === 405) expect(answer.headers.allow).toContain('GET');
  });

  it('a body of 10 MB: the client reads its 413, announced or in chunks, and may go on', async () => {
    const big = Buffer.alloc(10_000_000, 0x20);
    const headers = { ...STRUCTURED };
    const announced = await request(`${url}/v1/events`, { method: 'POST', headers, body: big });
    expect(announced.statusCode).toBe(413);
    expect(await announced.body.json()).toMatchObject({ code: 'BODY_TOO_LARGE', maximum: 1_048_576 });
    const chunks = function* () {
      for (let at = 0; at < big.length; at += 100_000) yield big.subarray(at, at + 100_000);
    };
    const chunked = await request(`${url}/v1/events`, { method: 'POST', headers, body: chunks() as never });
    expect(chunked.statusCode).toBe(413);
    await chunked.body.dump();
    const after = await request(`${url}/v1/events`, { method: 'POST', headers: BATCH, body: '[]' });
    expect(after.statusCode).toBe(202);
    await after.body.dump();
  });

  it('a body that would be too large is refused before it is sent, where the client asks', async () => {
    const answer = await speak(
      'POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\nExpect: 100-continue\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('oversized headers, broken HTTP and a body cut off are answered, not just dropped', async () => {
    const large = await speak(`GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(large).toMatch(/^HTTP\/1\.1 431 /);
    expect(large).toContain('application/problem+json');
    expect(large).toContain('"status":431');
    expect(await speak('HELLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*problem\+json/);
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc');
    socket.destroy();
    expect((await server.call('GET', '/healthz')).status).toBe(200);
  });
});
