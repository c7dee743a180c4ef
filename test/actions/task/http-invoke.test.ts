import { describe, expect, it } from 'vitest';
import { json, startServer } from '../local-server.ts';
import { tasks } from './tasks.ts';

const INVOKE = 'arn:aws:states:::http:invoke';
const CONNECTION = 'arn:aws:events:us-east-1:123456789012:connection/shop/1a2b';
const authenticated = { Authentication: { ConnectionArn: CONNECTION } };

describe('http:invoke', () => {
  it('calls the endpoint and gives the whole answer', async () => {
    const server = await startServer((_, response) => json(response, 201, { id: 7 }));
    const result = await tasks().run(INVOKE, {
      ApiEndpoint: `${server.url}/v1/customers?a=1`,
      Method: 'POST',
      Headers: { 'X-Own': 'yes' },
      QueryParameters: { b: 'x y', c: ['1', '2'] },
      RequestBody: { name: 'Ada' },
    });
    expect(result).toEqual({
      Headers: expect.objectContaining({ 'content-type': ['application/json'] }),
      ResponseBody: { id: 7 },
      StatusCode: 201,
      StatusText: 'Created',
    });
    const [call] = server.received;
    expect(call).toMatchObject({
      method: 'POST',
      path: '/v1/customers?a=1&b=x+y&c=1&c=2',
      body: '{"name":"Ada"}',
      headers: {
        'content-type': 'application/json',
        'x-own': 'yes',
        'idempotency-key': 'orders/run-1::bill:1.0:1',
      },
    });
  });

  it('gives text that is no JSON as it is', async () => {
    const server = await startServer((_, response) => response.end('plain'));
    const result = await tasks().run(INVOKE, { ApiEndpoint: server.url, Method: 'GET' });
    expect(result).toMatchObject({ ResponseBody: 'plain', StatusCode: 200 });
  });

  it.each([
    [undefined, 'a=1&b%5B0%5D=x&b%5B1%5D=y+z&c%5Bd%5D=true'],
    ['REPEAT', 'a=1&b=x&b=y+z&c%5Bd%5D=true'],
    ['COMMAS', 'a=1&b=x%2Cy+z&c%5Bd%5D=true'],
    ['BRACKETS', 'a=1&b%5B%5D=x&b%5B%5D=y+z&c%5Bd%5D=true'],
  ])('encodes a body as a form, lists as %s', async (ArrayFormat, body) => {
    const server = await startServer((_, response) => response.end());
    await tasks().run(INVOKE, {
      ApiEndpoint: server.url,
      Method: 'POST',
      RequestBody: { a: 1, b: ['x', 'y z'], c: { d: true } },
      Transform: {
        RequestBodyEncoding: 'URL_ENCODED',
        ...(ArrayFormat && { RequestEncodingOptions: { ArrayFormat } }),
      },
    });
    expect(server.received[0]).toMatchObject({
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  });

  it.each([404, 500])('fails with the status %d, its body as the cause', async (status) => {
    const server = await startServer((_, response) => json(response, status, { why: 'so' }));
    expect(await tasks().fail(INVOKE, { ApiEndpoint: server.url, Method: 'GET' })).toMatchObject({
      code: `States.Http.StatusCode.${status}`,
      message: '{"why":"so"}',
    });
  });

  it('fails where nobody answers', async () => {
    const failure = await tasks().fail(INVOKE, { ApiEndpoint: 'http://127.0.0.1:9/', Method: 'GET' });
    expect(failure.code).toBe('States.Http.Socket');
  });

  it.each([
    [{ secret: 'secret://shop' }, 'authorization', 'Bearer s3cret-value'],
    [{ secret: 'secret://shop', header: 'x-api-key' }, 'x-api-key', 's3cret-value'],
    [{ secret: 'secret://shop', basic: 'ada' }, 'authorization', `Basic ${btoa('ada:s3cret-value')}`],
  ])('sends the credentials that stand for its connection: %j', async (target, header, value) => {
    const server = await startServer(({ headers }, response) =>
      json(response, 200, { echo: headers[header] }),
    );
    const { run } = tasks({
      map: { [CONNECTION]: target },
      environment: { TIDEGATE_SECRET_SHOP: 's3cret-value' },
    });
    const given = { ApiEndpoint: server.url, Method: 'GET', ...authenticated };
    const result = JSON.stringify(await run(INVOKE, given));
    expect(server.received[0]!.headers[header]).toBe(value);
    expect(result).not.toContain('s3cret-value');
  });

  it('resolves no reference that came with data', async () => {
    const server = await startServer((_, response) => response.end());
    const { run } = tasks({
      map: { [CONNECTION]: { secret: 'secret://shop' } },
      environment: { TIDEGATE_SECRET_SHOP: 's3cret-value' },
    });
    await run(INVOKE, {
      ApiEndpoint: server.url,
      Method: 'POST',
      Headers: { 'x-data': 'secret://shop' },
      RequestBody: { a: 'secret://shop' },
      ...authenticated,
    });
    expect(server.received[0]).toMatchObject({
      body: '{"a":"secret://shop"}',
      headers: { 'x-data': 'secret://shop' },
    });
  });

  it('needs a connection that is mapped, an endpoint and a method', async () => {
    const { fail } = tasks();
    const given = { ApiEndpoint: 'http://127.0.0.1:9/', Method: 'GET', ...authenticated };
    expect(await fail(INVOKE, given)).toMatchObject({ code: 'CONNECTION_NOT_FOUND' });
    expect(await fail(INVOKE, { Method: 'GET' })).toMatchObject({ code: 'States.Runtime' });
    expect(await fail(INVOKE, { ApiEndpoint: 'http://x.example', Method: 'BREW' })).toMatchObject({
      code: 'ACTION_FAILED',
    });
  });

  it('calls no address that other calls may not', async () => {
    const given = { ApiEndpoint: 'http://169.254.169.254/latest', Method: 'GET' };
    expect(await tasks().fail(INVOKE, given)).toMatchObject({ code: 'TARGET_FORBIDDEN' });
  });
});
