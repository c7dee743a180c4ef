import { ListStateMachinesCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestFrontend } from '../test-frontend.ts';
import { HERE, startService, type TestService } from './service.ts';

const API_KEY = 'a-key-of-the-front-end-0123456789';
const KEYS = ['AKREADER:a-secret-of-reader:read', 'AKALL:a/secret+of+all'];
const all = { credentials: { accessKeyId: 'AKALL', secretAccessKey: 'a/secret+of+all' } };

let service: TestService | undefined;
afterEach(async () => {
  await service?.close();
  service = undefined;
});

const list = (client: SFNClient) => client.send(new ListStateMachinesCommand({}));
const target = { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' };

describe('with pairs of keys', () => {
  it('requests signed with one of them are answered', async () => {
    service = await startService({ keys: KEYS });
    expect((await list(service.connect(all))).stateMachines).toEqual([]);
    // Whatever the region is that a client is set to.
    expect((await list(service.connect({ ...all, region: 'eu-west-1' }))).stateMachines).toEqual([]);
  });

  it.each([
    [
      'another secret',
      { accessKeyId: 'AKALL', secretAccessKey: 'other' },
      {},
      'InvalidSignatureException',
      /does not match the signature you provided/,
    ],
    [
      'an unknown access key',
      { accessKeyId: 'AKNONE', secretAccessKey: 'other' },
      {},
      'UnrecognizedClientException',
      /^The security token included in the request is invalid\.$/,
    ],
    [
      'a clock that is late',
      all.credentials,
      { systemClockOffset: -20 * 60_000 },
      'InvalidSignatureException',
      /^Signature expired: \d{8}T\d{6}Z is now earlier than /,
    ],
    [
      'a clock that is early',
      all.credentials,
      { systemClockOffset: 20 * 60_000 },
      'InvalidSignatureException',
      /^Signature not yet current: /,
    ],
  ])('%s is refused', async (_, credentials, more, name, message) => {
    service = await startService({ keys: KEYS });
    const refused = list(service.connect({ credentials, ...more }));
    await expect(refused).rejects.toMatchObject({ name });
    await expect(refused).rejects.toThrow(message);
  });

  it('a clock that is a little off is not', async () => {
    service = await startService({ keys: KEYS });
    await list(service.connect({ ...all, systemClockOffset: -10 * 60_000 }));
    await list(service.connect({ ...all, systemClockOffset: 10 * 60_000 }));
  });

  it('a pair does what its scopes say', async () => {
    service = await startService({ keys: KEYS });
    const credentials = { accessKeyId: 'AKREADER', secretAccessKey: 'a-secret-of-reader' };
    const reader = service.connect({ credentials });
    await list(reader);
    await expect(
      reader.send(new StartExecutionCommand({ stateMachineArn: `${HERE}:stateMachine:none` })),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('AKREADER is not authorized to perform: states:StartExecution'),
    });
  });

  it.each([
    ['none', {}, 'MissingAuthenticationTokenException'],
    ['of another scheme', { authorization: 'Basic YTpi' }, 'MissingAuthenticationTokenException'],
    ['half of one', { authorization: 'AWS4-HMAC-SHA256 Credential=a/b' }, 'IncompleteSignatureException'],
    [
      'for another service',
      {
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKALL/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=00',
      },
      'InvalidSignatureException',
    ],
    [
      'that does not cover the operation',
      {
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKALL/20260101/us-east-1/states/aws4_request, SignedHeaders=host, Signature=00',
      },
      'InvalidSignatureException',
    ],
    ['a bearer token that is no key', { authorization: 'Bearer nothing' }, 'UnrecognizedClientException'],
  ])('a signature %s is refused', async (_, headers, type) => {
    service = await startService({ keys: KEYS });
    const answer = await service.call('POST', '/', '{}', { ...target, ...headers });
    expect(answer.status).toBe(400);
    expect(answer.json.__type).toBe(`com.amazon.coral.service#${type}`);
  });

  it('the rest of the front end goes on without them', async () => {
    service = await startService({ keys: KEYS });
    expect((await service.call('GET', '/v1/workflows')).status).toBe(200);
  });

  it('the front end may listen beyond the loopback, and opens nothing else there', async () => {
    const { frontend, call, close } = await startTestFrontend({ stepFunctions: { keys: KEYS } });
    // An address of the loopback all the same, in a form that is not known for one.
    const port = new URL(await frontend.listen({ host: '::ffff:127.0.0.1', port: 0 })).port;
    const client = new SFNClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', ...all });
    expect((await list(client)).stateMachines).toEqual([]);
    expect((await call('GET', '/v1/workflows')).status).toBe(401);
    expect((await call('POST', '/', '{}', target)).json.__type).toMatch(
      /#MissingAuthenticationTokenException$/,
    );
    expect((await call('GET', '/healthz')).status).toBe(200);
    client.destroy();
    await close();
  });

  it.each(['AKALL', 'AKALL:short', 'AK ALL:a-secret-long', 'AKALL:a-secret-long:fly'])(
    '%s is no pair',
    async (entry) => {
      await expect(startService({ keys: [entry] })).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
    },
  );
});

describe('with API keys', () => {
  it('a key is a bearer token, or the session token of credentials', async () => {
    service = await startService({}, { apiKeys: [API_KEY] });
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any', sessionToken: API_KEY };
    expect((await list(service.connect({ credentials }))).stateMachines).toEqual([]);
    const bearer = await service.call('POST', '/', '{}', { ...target, authorization: `Bearer ${API_KEY}` });
    expect(bearer.json).toEqual({ stateMachines: [] });
    await expect(list(service.client)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    const none = await service.call('POST', '/', '{}', target);
    expect(none.json.__type).toMatch(/#MissingAuthenticationTokenException$/);
  });
});

describe('without any keys', () => {
  it.each([
    ['sync-localhost', 200],
    ['sync-tidegate.localhost:7171', 200],
    ['sync-127.0.0.1', 200],
    ['sync-orders.example', 200],
    ['evil.example', 400],
    ['sync-evil.example', 400],
  ])('the host %s gets %i', async (host, status) => {
    service = await startService({}, { allowedHosts: ['orders.example'] });
    const answer = await service.call('POST', '/', '{}', { ...target, host });
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.json.__type).toMatch(/#AccessDeniedException$/);
  });

  it('a page of another origin is refused', async () => {
    service = await startService();
    const answer = await service.call('POST', '/', '{}', { ...target, origin: 'http://evil.example' });
    expect(answer.json.__type).toMatch(/#AccessDeniedException$/);
  });
});

describe('the protocol', () => {
  it('names what it does not know', async () => {
    service = await startService();
    const call = (body: string, headers: Record<string, string>) => service!.call('POST', '/', body, headers);
    const unknown = await call('{}', { 'x-amz-target': 'AWSStepFunctions.Fly' });
    expect(unknown).toMatchObject({
      status: 400,
      json: { __type: 'com.amazon.coral.service#UnknownOperationException' },
    });
    expect(unknown.headers['content-type']).toBe('application/x-amz-json-1.0');
    expect(unknown.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect((await call('{}', {})).json.__type).toMatch(/#UnknownOperationException$/);
    for (const body of ['{', '[]', '"x"', '{"maxResults": "5"}'])
      expect((await call(body, target)).json.__type).toBe('com.amazon.coral.service#SerializationException');
    expect((await call('', target)).json).toEqual({ stateMachines: [] });
  });

  it('is served at the path that was set', async () => {
    service = await startService({ path: '/aws' });
    expect((await service.call('POST', '/aws', '{}', target)).status).toBe(200);
    expect((await service.call('POST', '/', '{}', target)).status).toBe(404);
    const client = service.connect({ endpoint: `${service.endpoint}/aws` });
    expect(await list(client)).toMatchObject({ stateMachines: [] });
  });

  it('is not there when it was switched off', async () => {
    service = await startService(undefined, {}, {}, false);
    expect((await service.call('POST', '/', '{}', target)).status).toBe(404);
  });
});
