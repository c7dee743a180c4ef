import { describe, expect, it } from 'vitest';
import { httpInvoker, publishInvoker, secretNamesIn, secretsFrom } from '../../src/actions/index.ts';
import { effect, failure, never } from './calls.ts';
import { dependencies } from './dependencies.ts';
import { json, startServer } from './local-server.ts';

const environment = {
  TIDEGATE_SECRET_API_KEY: 'k3y-from-environment',
  TIDEGATE_SECRET_LOGIN: '{"user":"ada","pass~/word":"hunter2-of-ada","port":5432}',
  TIDEGATE_SECRET_PATH: 'T00/B11',
  TIDEGATE_SECRET_QUERY: 'a&b=c d',
  TIDEGATE_SECRET_EMPTY: '',
};
const files = {
  '/secrets/api-key': 'not this one',
  '/secrets/from.file': 'k3y from "file"\n',
  '/secrets/empty': 'filled',
};

async function sent(request: object) {
  const server = await startServer((_, response) => response.end());
  const call = { method: 'POST', ...request, url: (request as { url?: string }).url ?? '/' };
  const full = { ...call, url: `${server.url}${call.url}` };
  await httpInvoker(dependencies({ environment, files })).invoke(effect('http', full), never);
  return server.received[0]!;
}

describe('a secret:// reference', () => {
  it('is resolved in headers, body and URL, whole or within a text', async () => {
    const { headers, body, path } = await sent({
      url: '/hooks/secret://path/x?q=secret://query&r=1',
      headers: { Authorization: 'Bearer secret://api-key', 'x-file': 'secret://from.file' },
      body: { deep: [{ key: 'secret://api-key' }], text: 'Use secret://api-key, or secret://API.KEY.', n: 1 },
    });
    expect(headers.authorization).toBe('Bearer k3y-from-environment');
    expect(headers['x-file']).toBe('k3y from "file"');
    expect(path).toBe('/hooks/T00/B11/x?q=a%26b%3Dc%20d&r=1');
    expect(JSON.parse(body)).toEqual({
      deep: [{ key: 'k3y-from-environment' }],
      text: 'Use k3y-from-environment, or k3y-from-environment.',
      n: 1,
    });
  });

  it('may point into a secret that is JSON', async () => {
    const { body } = await sent({
      body: ['secret://login#/user:secret://login#/pass~0~1word', 'secret://login#/port', 'secret://login'],
    });
    expect(JSON.parse(body)).toEqual(['ada:hunter2-of-ada', '5432', environment.TIDEGATE_SECRET_LOGIN]);
  });

  it('takes an empty variable for a missing one', async () => {
    expect((await sent({ body: 'secret://empty' })).body).toBe('filled');
  });

  it('leaves texts alone that are no references', async () => {
    const texts = ['secret://', 'secret:///etc/passwd', 'secret://../x', 'secrets://a', 'secret:/a'];
    expect(JSON.parse((await sent({ body: texts })).body)).toEqual(texts);
  });

  it('is resolved in a published event', async () => {
    const server = await startServer((_, response) => response.end());
    const event = { type: 'a', data: { key: 'secret://api-key' } };
    const call = effect('publish', { url: server.url, mode: 'structured', event });
    await publishInvoker(dependencies({ environment })).invoke(call, never);
    expect(JSON.parse(server.received[0]!.body)).toMatchObject({ data: { key: 'k3y-from-environment' } });
  });

  it('stays text when the definition does not name the secret: it came with data', async () => {
    const { body, headers } = await sent({
      secrets: secretNamesIn({ headers: { Authorization: 'secret://api-key' }, body: '${event.data}' }),
      headers: { Authorization: 'secret://api-key' },
      body: ['secret://login', 'secret://missing'],
    });
    expect(headers.authorization).toBe('k3y-from-environment');
    expect(JSON.parse(body)).toEqual(['secret://login', 'secret://missing']);
  });

  it.each([
    ['secret://missing', 'the secret "missing" is missing: TIDEGATE_SECRET_MISSING is not set'],
    ['secret://api-key#/a', 'the secret "api-key" is no JSON'],
    ['secret://login#/nobody', 'the secret "login" has nothing at /nobody'],
    ['secret://login#/user/length', 'the secret "login" has nothing at /user/length'],
    ['secret://login#/toString', 'the secret "login" has nothing at /toString'],
  ])('fails the call for good where it leads nowhere: %s', async (reference, message) => {
    const failed = await failure(sent({ headers: { authorization: reference } }));
    expect(failed).toMatchObject({ code: 'SECRET_NOT_FOUND', retryable: false });
    expect(failed.message).toContain(message);
    expect(JSON.stringify(failed)).not.toMatch(/k3y|ada|hunter2/);
  });

  it('fails the call where its file cannot be read', async () => {
    const readFile = async () => {
      throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
    };
    const secrets = secretsFrom({ environment: {}, directory: '/secrets', readFile });
    expect(await failure(secrets.resolve('secret://locked'))).toMatchObject({
      code: 'SECRET_NOT_FOUND',
      message: 'the file of the secret "locked" cannot be read',
    });
  });
});

describe('a resolved secret', () => {
  const headers = { authorization: 'Bearer secret://api-key', 'x-quoted': 'secret://from.file' };
  const echo = { method: 'POST', headers };

  it('does not come back in a result that echoes the request', async () => {
    const server = await startServer(({ headers: got }, response) =>
      json(response, 200, { got: got.authorization, quoted: [got['x-quoted']], other: 'plain' }),
    );
    const call = effect('http', { ...echo, url: server.url });
    expect(await httpInvoker(dependencies({ environment, files })).invoke(call, never)).toEqual({
      got: 'Bearer secret://api-key',
      quoted: ['secret://from.file'],
      other: 'plain',
    });
  });

  it('does not come back in a failure that echoes the request, cut anywhere', async () => {
    for (const padding of [0, 4_080]) {
      const server = await startServer(({ headers: got }, response) =>
        json(response, 400, {
          padding: 'x'.repeat(padding),
          code: 'Echo',
          message: `refused ${got.authorization}`,
          quoted: got['x-quoted'],
        }),
      );
      const call = effect('http', { ...echo, url: server.url });
      const failed = await failure(httpInvoker(dependencies({ environment, files })).invoke(call, never));
      expect(failed.code).toBe('Echo');
      expect(failed.message).toContain('refused Bearer secret://api-key');
      expect(JSON.stringify(failed)).not.toContain('k3y');
    }
  });

  it('does not appear in errors of the connection, even when it is the URL', async () => {
    const options = { resolve: async () => [] };
    const url = 'http://hunter2.example/hunter2?hunter2';
    const deps = dependencies({ environment: { TIDEGATE_SECRET_URL: url }, options });
    const failed = await failure(
      httpInvoker(deps).invoke(effect('http', { url: 'secret://url', method: 'GET' }), never),
    );
    expect(failed).toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect(failed.message).toContain('secret://url');
    expect(JSON.stringify(failed)).not.toContain('hunter2');
  });

  it('does not appear in the error for a header that cannot hold it', async () => {
    const deps = dependencies({ environment: { TIDEGATE_SECRET_BROKEN: 'hunter2\nx' } });
    const request = { url: 'http://127.0.0.1:1/', method: 'GET', headers: { 'x-key': 'secret://broken' } };
    const failed = await failure(httpInvoker(deps).invoke(effect('http', request), never));
    expect(failed).toMatchObject({ code: 'ACTION_FAILED' });
    expect(JSON.stringify(failed)).not.toContain('hunter2');
  });

  it('is read again at each call, so that a changed one counts at once', async () => {
    const changing: Record<string, string> = { TIDEGATE_SECRET_KEY: 'before' };
    const server = await startServer((_, response) => response.end());
    const invoker = httpInvoker(dependencies({ environment: changing }));
    const call = effect('http', { url: server.url, method: 'POST', body: 'secret://key' });
    await invoker.invoke(call, never);
    changing.TIDEGATE_SECRET_KEY = 'after';
    await invoker.invoke(call, never);
    expect(server.received.map(({ body }) => body)).toEqual(['before', 'after']);
  });
});
