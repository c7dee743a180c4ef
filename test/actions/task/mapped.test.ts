import { describe, expect, it } from 'vitest';
import { functionInvoker, type NamedFunction, readResourceMap } from '../../../src/actions/index.ts';
import { json, startServer } from '../local-server.ts';
import { tasks } from './tasks.ts';

const ARN = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const INVOKE = 'arn:aws:states:::lambda:invoke';

describe('a function over HTTP', () => {
  it('gets the payload as JSON, and its JSON is the payload of the answer', async () => {
    const server = await startServer(({ body }, response) => json(response, 200, { got: JSON.parse(body) }));
    const { run } = tasks({ map: { 'arn:aws:lambda:*:*:function:*': { http: `${server.url}/f/{name}` } } });
    expect(await run(ARN('a b'), { n: 1 })).toEqual({ got: { n: 1 } });
    expect(await run(INVOKE, { FunctionName: `${ARN('c')}:live`, Payload: '{"n":2}' })).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: { got: { n: 2 } },
      StatusCode: 200,
    });
    expect(await run(INVOKE, { FunctionName: 'd' })).toMatchObject({ Payload: { got: {} } });
    expect(await run(ARN('e'), null)).toEqual({ got: null });
    expect(server.received.map(({ path }) => path)).toEqual(['/f/a%20b', '/f/c', '/f/d', '/f/e']);
    expect(server.received[0]!.headers).toMatchObject({ 'idempotency-key': 'orders/run-1::bill:1.0:1' });
  });

  it.each([
    [
      500,
      { errorType: 'OutOfStock', errorMessage: 'none' },
      'OutOfStock',
      '{"errorType":"OutOfStock","errorMessage":"none"}',
    ],
    [
      404,
      { message: 'no such function' },
      'Lambda.ResourceNotFoundException',
      '{"message":"no such function"}',
    ],
    [429, {}, 'Lambda.TooManyRequestsException', '{}'],
    [503, {}, 'Lambda.ServiceException', '{}'],
    [400, {}, 'Lambda.Unknown', '{}'],
  ])('answers %d %j: the error %s', async (status, body, code, message) => {
    const server = await startServer((_, response) => json(response, status, body));
    const { fail } = tasks({ map: { charge: { http: server.url } } });
    expect(await fail(ARN('charge'), {})).toMatchObject({ code, message });
  });

  it('that nobody serves cannot be reached', async () => {
    const { fail } = tasks({ map: { charge: { http: 'http://127.0.0.1:9/' } } });
    expect(await fail(ARN('charge'), {})).toMatchObject({ code: 'Lambda.SdkClientException' });
  });

  it('is sent headers with secrets, which no answer shows', async () => {
    const server = await startServer(({ headers }, response) => json(response, 200, headers.authorization));
    const { run } = tasks({
      map: { charge: { http: server.url, headers: { Authorization: 'Bearer secret://gateway' } } },
      environment: { TIDEGATE_SECRET_GATEWAY: 'a-secret-value' },
    });
    expect(await run(ARN('charge'), {})).toBe('Bearer secret://gateway');
    expect(server.received[0]!.headers.authorization).toBe('Bearer a-secret-value');
  });
});

describe('a function of the process', () => {
  class OutOfStock extends Error {
    override readonly name = 'OutOfStock';
  }
  const functions: Record<string, NamedFunction> = {
    double: (n) => (n as number) * 2,
    same: (input) => input,
    refuse: () => {
      throw new OutOfStock('none left');
    },
  };
  const local = (map: Parameters<typeof tasks>[0]) =>
    tasks({ ...map, functions: functionInvoker(new Map(Object.entries(functions))) });

  it('is called with the payload', async () => {
    const { run } = local({ map: { '*:function:*': { function: '{name}' } } });
    expect(await run(ARN('double'), 21)).toBe(42);
    expect(await run(ARN('same'), null)).toBe(null);
    expect(await run(INVOKE, { FunctionName: 'same', Payload: null })).toMatchObject({ Payload: {} });
    expect(await run(INVOKE, { FunctionName: 'double', Payload: 2 })).toMatchObject({ Payload: 4 });
  });

  it('fails as a Lambda does: the name of what it throws, and a cause of JSON', async () => {
    const { fail } = local({ map: { '*': { function: '{name}' } } });
    expect(await fail(ARN('refuse'), {})).toMatchObject({
      code: 'OutOfStock',
      message: '{"errorType":"OutOfStock","errorMessage":"none left"}',
    });
    expect(await fail(ARN('nobody'), {})).toMatchObject({ code: 'Lambda.ResourceNotFoundException' });
  });
});

describe('any other resource', () => {
  it('may be mapped whole: its arguments go out as JSON', async () => {
    const server = await startServer(({ body }, response) => json(response, 200, { body }));
    const { run, fail } = tasks({ map: { 'arn:aws:states:::glue:*': { http: server.url } } });
    expect(await run('arn:aws:states:::glue:startJobRun', { JobName: 'j' })).toEqual({
      body: '{"JobName":"j"}',
    });
    expect(await fail('arn:aws:states:::glue:startJobRun', {}, { pattern: 'sync' })).toMatchObject({
      code: 'RESOURCE_UNSUPPORTED',
    });
    expect(await fail('arn:aws:states:::batch:submitJob', {})).toMatchObject({
      code: 'RESOURCE_UNSUPPORTED',
    });
  });
});

describe('a resource map', () => {
  const target = { function: 'f' };

  it('takes the exact entry first, then the pattern with the most text of its own', () => {
    const map = readResourceMap(
      {
        '*': { function: 'any' },
        'arn:aws:lambda:*:function:pay*': { function: 'pay' },
        [ARN('payout')]: { function: 'exact' },
        bare: { function: 'bare' },
      },
      'file',
    );
    const found = (text: string) => map.findFunction(text)?.target;
    expect(found(ARN('payout'))).toEqual({ function: 'exact' });
    expect(found(`${ARN('payout')}:7`)).toEqual({ function: 'exact' });
    expect(found('payout')).toEqual({ function: 'exact' });
    expect(found(ARN('payment'))).toEqual({ function: 'pay' });
    expect(found('payment')).toEqual({ function: 'pay' });
    expect(found(ARN('bare'))).toEqual({ function: 'bare' });
    expect(found('other')).toEqual({ function: 'any' });
  });

  it.each([
    [[], ':', 'must hold an object'],
    [{ a: 'http://x' }, '"a"', 'must be an object'],
    [{ a: {} }, '"a"', 'has none'],
    [{ a: { http: 'http://x', function: 'f' } }, '"a"', 'http and function'],
    [{ a: { http: 'ftp://x' } }, '"a"', 'no http or https URL'],
    [{ a: { http: 'http://x', method: 'BREW' } }, '"a"', 'method'],
    [{ a: { http: 'http://x', headers: { b: 1 } } }, '"a"', 'headers'],
    [{ a: { function: '' } }, '"a"', 'no text'],
    [{ a: { ...target, retries: 3 } }, '"a"', '"retries"'],
    [{ 'a/b': { secret: 'hunter2' } }, '"a/b"', 'credentials themselves do not belong here'],
  ])('refuses %j', (value, place, why) => {
    const read = () => readResourceMap(value, 'map.yaml');
    expect(read).toThrow(expect.objectContaining({ code: 'INVALID_CONFIGURATION' }));
    expect(read).toThrow(place);
    expect(read).toThrow(why);
  });
});
