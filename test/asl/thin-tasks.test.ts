/** Calls of services, beyond the record. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CorpusEngine, startCorpusEngine } from './corpus-engine.ts';
import { functionArn, jsonata, machineOf } from './machine-shapes.ts';

const EACH = {
  id: '',
  category: '',
  group: '',
  type: 'STANDARD',
  lambda: {},
  expect: { status: '' },
} as const;

/** How the texts of errors begin. */
const PLACE = "An error occurred while executing the state 'S' (entered at the event id #2). ";

let engine: CorpusEngine;
beforeAll(async () => {
  engine = await startCorpusEngine();
});
afterAll(() => engine?.stop());

async function called(action: string, Parameters: object) {
  const definition = machineOf({
    Type: 'Task',
    Resource: `arn:aws:states:::aws-sdk:${action}`,
    Parameters,
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
  });
  const { status, output, error, cause } = await engine.run({
    ...EACH,
    definition,
    input: {},
    s3: [{ Bucket: 'called', Key: 'k', Body: 'text' }],
  });
  return status === 'SUCCEEDED' ? output : { error, cause };
}

it('a field is found whatever its case', async () => {
  expect(await called('s3:getObject', { bucket: 'called', Key: 'k' })).toMatchObject({ Body: 'text' });
});

it.each([
  [
    'that there is none of',
    { Bucket: 'called', Key: 'k', Keys: 1 },
    "[The field 'Keys' is not supported by Step Functions]",
  ],
  ['that must be there', { Bucket: 'called' }, "[The field 'Key' is required but was missing]"],
])('a field %s fails the execution, whatever is caught', async (_, fields, problem) => {
  expect(await called('s3:getObject', fields)).toEqual({
    error: 'States.Runtime',
    cause: `${PLACE}The Parameters '${JSON.stringify(fields)}' could not be used to start the Task: ${problem}`,
  });
});

it.each([
  ['lambda:invoke', { FunctionName: 5 }, ["The value for the field 'FunctionName' must be a STRING"]],
  [
    'lambda:invoke',
    { Payload: {}, Retries: 1 },
    [
      "The field 'FunctionName' is required but was missing",
      "The field 'Retries' is not supported by Step Functions",
    ],
  ],
  ['lambda:invoke.waitForTaskToken', {}, ["The field 'FunctionName' is required but was missing"]],
  ['states:startExecution', { Input: {} }, ["The field 'StateMachineArn' is required but was missing"]],
  [
    'states:startExecution.sync:2',
    { StateMachineArn: 'a', Name: 1 },
    ["The value for the field 'Name' must be a STRING"],
  ],
  [
    'http:invoke',
    { ApiEndpoint: null },
    [
      "The field 'Method' is required but was missing",
      "The value for the field 'ApiEndpoint' must be a STRING",
    ],
  ],
])('%s cannot be called with %j', async (action, Parameters, problems) => {
  const machine = machineOf({ Type: 'Task', Resource: `arn:aws:states:::${action}`, Parameters });
  expect(await engine.run({ ...EACH, definition: machine, input: {} })).toMatchObject({
    error: 'States.Runtime',
    cause: `${PLACE}The Parameters '${JSON.stringify(Parameters)}' could not be used to start the Task: [${problems.join(', ')}]`,
  });
});

it('a bucket or key that is not there is an error by the name the service gives it', async () => {
  const missing = await called('s3:getObject', { Bucket: 'called', Key: 'other' });
  expect(missing).toMatchObject({ Error: 'S3.NoSuchKeyException' });
  const nowhere = await called('s3:listObjectsV2', { Bucket: 'nowhere' });
  expect(nowhere).toMatchObject({ Error: 'S3.NoSuchBucketException' });
});

it.each([
  [
    machineOf({ Type: 'Task', Resource: functionArn(), TimeoutSecondsPath: '$.most' }),
    'States.Runtime',
    'The TimeoutSecondsPath parameter does not reference a positive integer: $.most == 0',
  ],
  [
    jsonata({ Type: 'Task', Resource: functionArn(), TimeoutSeconds: '{% $states.input.most %}' }),
    'States.QueryEvaluationError',
    'The TimeoutSeconds field must be a positive integer, but was: 0',
  ],
])('a task is given some time, %#', async (definition, error, reason) => {
  expect(await engine.run({ ...EACH, definition, input: { most: 0 } })).toMatchObject({
    error,
    cause: expect.stringContaining(reason),
  });
});

it('what is mocked answers by attempt, whatever the state is called', async () => {
  const definition = {
    StartAt: 'A b',
    States: {
      'A b': {
        Type: 'Task',
        Resource: functionArn(),
        Retry: [{ ErrorEquals: ['X', 'Y'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 2 }],
        End: true,
      },
    },
  };
  const thrown = (name: string) => ({ Throw: { Error: name, Cause: 'c' } });
  const mock = { 'A b': { '0': thrown('X'), '1-2': thrown('Y'), '3': { Return: { Payload: 7 } } } };
  expect(await engine.run({ ...EACH, definition, input: {}, mock })).toMatchObject({ error: 'Y' });
});

describe('more than a payload', () => {
  const half = 'y'.repeat(140_000);
  const raises = { behaviour: 'raise', errorType: 'Boom', errorMessage: 'z'.repeat(65_000) } as const;
  const small = { behaviour: 'return_constant', value: 1 } as const;
  const Catch = [{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'Caught' }];
  const call = { Type: 'Task', Resource: functionArn() };
  const branches = { Type: 'Parallel', Branches: [{ StartAt: 'B', States: { B: { Type: 'Succeed' } } }] };
  const again = (more: object) => [{ ErrorEquals: ['Boom'], Next: 'Caught', ...more }, ...Catch];
  const twice = '{% [$states.input, $states.input] %}';
  const late = { error: 'States.DataLimitExceeded' };

  it.each([
    ['Parameters', machineOf({ ...call, Parameters: { 'a.$': '$', 'b.$': '$' }, Catch }), small, undefined],
    ['Arguments', jsonata({ ...call, Arguments: twice, Catch }), small, undefined],
    [
      'Parameters of Parallel',
      machineOf({ ...branches, Parameters: { 'a.$': '$', 'b.$': '$' }, Catch }),
      small,
      undefined,
    ],
    ['Arguments of Parallel', jsonata({ ...branches, Arguments: twice, Catch }), small, undefined],
    ['ResultPath of a catcher', machineOf({ ...call, Catch: again({ ResultPath: '$.e' }) }), raises, late],
    ['Output of a catcher', jsonata({ ...call, Catch: again({ Output: twice }) }), raises, late],
  ])('%s', async (_, definition, f, failed) => {
    const came = await engine.run({ ...EACH, definition, input: failed ? { half } : half, lambda: { f } });
    expect(came).toMatchObject(failed ?? { output: { Error: 'States.DataLimitExceeded' } });
  });
});
