import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCEPTED, TASK_TOKEN, verifyCallback } from '../../../src/actions/index.ts';
import { type LambdaPeer, startLambda, until } from '../../servers/index.ts';
import { CALLBACK_KEY, leadSdkTo, tasks } from './tasks.ts';

const ARN = (name: string) => `arn:aws:lambda:us-east-1:111111111111:function:${name}`;
const INVOKE = 'arn:aws:states:::lambda:invoke';
let lambda: LambdaPeer;

beforeAll(async () => {
  lambda = await startLambda({
    echo: { behaviour: 'echo_input' },
    hello: { behaviour: 'return_constant', value: 'HelloWorld!' },
    broken: { behaviour: 'raise', errorType: 'Exception', errorMessage: 'Some exception was raised.' },
    nameless: { behaviour: 'raise', errorType: '', errorMessage: 'Task timed out after 3.00 seconds' },
    large: { behaviour: 'return_oversized', bytes: 263_168 },
    fits: { behaviour: 'return_oversized', bytes: 262_144 },
    slow: { behaviour: 'sleep_then_echo_input', seconds: 600 },
    busy: {
      behaviour: 'refuse',
      status: 429,
      errorType: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
    },
  });
  leadSdkTo({ AWS_ENDPOINT_URL_LAMBDA: lambda.url });
});
afterAll(() => lambda.stop());

describe('a function by its ARN', () => {
  it.each([[0], [true], [null], [{}], [[]], ['HelloWorld'], [{ deep: [{ er: 'ü' }] }]])(
    'gets the arguments %j, and its value is the result',
    async (payload) => {
      expect(await tasks().run(ARN('echo'), payload)).toEqual(payload);
    },
  );

  it('may be named with a qualifier', async () => {
    expect(await tasks().run(`${ARN('hello')}:$LATEST`, {})).toBe('HelloWorld!');
  });

  it('that raises gives its error type, and the cause as its runtime wrote it', async () => {
    const { code, message } = await tasks().fail(ARN('broken'), {});
    expect(code).toBe('Exception');
    expect(message).toMatch(
      /^\{"errorMessage": "Some exception was raised\.", "errorType": "Exception", "requestId": /,
    );
  });

  it('that raises without a type is Lambda.Unknown', async () => {
    const { code, message } = await tasks().fail(ARN('nameless'), {});
    expect(code).toBe('Lambda.Unknown');
    expect(message).toMatch(
      /^The cause could not be determined because Lambda did not return an error type\. Returned payload: \{"errorMessage"/,
    );
  });

  it('that returns more than a payload may hold exceeds the data limit', async () => {
    expect(await tasks().fail(ARN('large'), {})).toMatchObject({
      code: 'States.DataLimitExceeded',
      message: `The state/task '${ARN('large')}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    });
    expect(await tasks().run(ARN('fits'), {})).toHaveLength(131_071);
    expect(await tasks({ limit: { payloadBytes: 300_000 } }).run(ARN('large'), {})).toBeTypeOf('string');
  });

  it('that is not there', async () => {
    const { code, message } = await tasks().fail(ARN('nobody'), {});
    expect(code).toBe('Lambda.ResourceNotFoundException');
    expect(message).toMatch(
      /^Function not found: arn:aws:lambda:us-east-1:\d{12}:function:nobody \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    );
  });

  it('that is throttled is called once: the definition says what is tried again', async () => {
    const before = lambda.calls.length;
    expect(await tasks().fail(ARN('busy'), {})).toMatchObject({
      code: 'Lambda.TooManyRequestsException',
      retryable: true,
    });
    expect(lambda.calls.length).toBe(before + 1);
  });

  it('cannot be reached', async () => {
    const { AWS_ENDPOINT_URL_LAMBDA } = process.env;
    leadSdkTo({ AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9' });
    try {
      const { code, message } = await tasks().fail(ARN('echo'), {});
      expect(code).toBe('Lambda.SdkClientException');
      expect(message).toMatch(/^Unable to execute HTTP request: .*ECONNREFUSED/);
    } finally {
      leadSdkTo({ AWS_ENDPOINT_URL_LAMBDA: AWS_ENDPOINT_URL_LAMBDA! });
    }
  });

  it('is given up when the call is aborted, with its reason', async () => {
    const controller = new AbortController();
    const before = lambda.calls.length;
    const call = tasks().run(ARN('slow'), {}, { signal: controller.signal });
    await until(() => lambda.calls.length > before, { what: 'the call to arrive' });
    const reason = new Error('the time is up');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });
});

describe('lambda:invoke', () => {
  it('gives what the API answers', async () => {
    const result = await tasks().run(INVOKE, { FunctionName: 'echo', Payload: { a: 1 } });
    expect(result).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: { a: 1 },
      SdkHttpMetadata: {
        AllHttpHeaders: expect.objectContaining({ 'x-amz-executed-version': ['$LATEST'] }),
        HttpHeaders: expect.objectContaining({ 'x-amz-executed-version': '$LATEST' }),
        HttpStatusCode: 200,
      },
      SdkResponseMetadata: { RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      StatusCode: 200,
    });
  });

  it.each([
    [null, {}],
    ['0.5', 0.5],
    ['"HelloWorld"', 'HelloWorld'],
    [
      [1, 2],
      [1, 2],
    ],
  ])('sends the payload %j as the JSON it is or holds', async (Payload, received) => {
    expect(await tasks().run(INVOKE, { FunctionName: ARN('echo'), Payload })).toMatchObject({
      Payload: received,
    });
  });

  it('passes on qualifier, invocation type and log type', async () => {
    const given = { FunctionName: 'echo', Qualifier: '$LATEST', LogType: 'Tail', Payload: {} };
    expect(await tasks().run(INVOKE, given)).toMatchObject({ LogResult: btoa('START\nEND\n') });
    const event = await tasks().run(INVOKE, { FunctionName: 'echo', InvocationType: 'Event', Payload: {} });
    expect(event).toMatchObject({ StatusCode: 202 });
    expect(event).not.toHaveProperty('Payload');
  });

  it('tells what the function raised, the cause as compact JSON', async () => {
    const { code, message } = await tasks().fail(INVOKE, { FunctionName: 'broken' });
    expect(code).toBe('Exception');
    expect(message).toMatch(
      /^\{"errorMessage":"Some exception was raised\.","errorType":"Exception","requestId":/,
    );
  });

  it('names the integration where the result is too large', async () => {
    expect((await tasks().fail(INVOKE, { FunctionName: 'large' })).message).toBe(
      "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    );
  });

  it('with a token puts the signed one wherever its place stood, and awaits the report', async () => {
    const Payload = { token: TASK_TOKEN, link: `https://x.example/?t=${TASK_TOKEN}`, list: [TASK_TOKEN] };
    const result = await tasks().run(INVOKE, { FunctionName: 'echo', Payload }, { pattern: 'token' });
    expect(result).toBe(ACCEPTED);
    const { token, link, list } = JSON.parse(lambda.calls.at(-1)!.body) as Record<string, string>;
    expect(verifyCallback(CALLBACK_KEY, token!)).toEqual({
      run: 'orders/run-1',
      effect: 'orders/run-1::bill:1.0:1',
    });
    expect([link, list]).toEqual([`https://x.example/?t=${token}`, [token]]);
  });
});
