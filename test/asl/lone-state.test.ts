/** One state alone, beyond what was recorded on the service. */
import { describe, expect, it } from 'vitest';
import { EffectError } from '../../src/actions/index.ts';
import {
  type TestStateAnswer,
  type TestStateOptions,
  type TestStateRequest,
  testState,
} from '../../src/compilers/asl/test-state/index.ts';
import { LIMITS } from '../../src/model/limits.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

type Given = Omit<Partial<TestStateRequest>, 'input' | 'definition'> & { readonly input?: unknown };

async function came(state: object, { input, ...given }: Given = {}, perform?: TestStateOptions['perform']) {
  return testState(
    {
      definition: JSON.stringify(state),
      inspectionLevel: 'DEBUG',
      ...(input !== undefined && { input: JSON.stringify(input) }),
      ...given,
    },
    { limits: LIMITS, now: NOW, perform },
  );
}

/** The answer with its texts of JSON as values. */
async function answer(...given: Parameters<typeof came>) {
  const told = await came(...given);
  if ('refused' in told) throw new Error(`refused: ${told.refused.message}`);
  const { output, inspectionData = {}, ...rest } = told.answer;
  const values = Object.entries(inspectionData).map(([name, value]) => [
    name,
    typeof value === 'string' ? JSON.parse(value) : value,
  ]);
  return {
    ...(rest as Pick<TestStateAnswer, 'status' | 'error' | 'cause' | 'nextState'>),
    ...(output !== undefined && { output: JSON.parse(output) as unknown }),
    data: Object.fromEntries(values) as Record<string, unknown>,
  };
}

const result = (value: unknown) =>
  ({ mock: { result: JSON.stringify(value), fieldValidationMode: 'NONE' } }) as const;
const error = (name: string, cause = 'why') => ({ mock: { errorOutput: { error: name, cause } } });
const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const ITEM = { StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } };

describe('a Choice', () => {
  const choice = {
    Type: 'Choice',
    InputPath: '$.order',
    Choices: [
      { Variable: '$.n', NumericEquals: 1, Next: 'Same' },
      { Variable: '$.n', NumericEquals: 2, Next: 'Same', Assign: { 'seen.$': '$.n' } },
    ],
  };

  it('leads to the state of the first rule that holds, and assigns what the rule says', async () => {
    expect(await answer(choice, { input: { order: { n: 2 } } })).toEqual({
      status: 'SUCCEEDED',
      nextState: 'Same',
      output: { n: 2 },
      data: { input: { order: { n: 2 } }, afterInputPath: { n: 2 }, variables: { seen: 2 } },
    });
  });

  it('fails where no rule holds, without a place in the cause', async () => {
    expect(await answer(choice, { input: { order: { n: 3 } } })).toMatchObject({
      status: 'FAILED',
      error: 'States.NoChoiceMatched',
      cause: 'Failed to transition out of the state. The state does not point to a next state.',
    });
  });

  it('in JSONata reads variables and the context object', async () => {
    const state = {
      Type: 'Choice',
      QueryLanguage: 'JSONata',
      Choices: [
        { Condition: '{% $states.context.State.Name = $name %}', Output: '{% $name %}', Next: 'Yes' },
      ],
      Default: 'No',
    };
    const asked = (name: string) => answer(state, { variables: JSON.stringify({ name }) });
    expect(await asked('StateName')).toMatchObject({ nextState: 'Yes', output: 'StateName' });
    expect(await asked('Other')).toMatchObject({ nextState: 'No', output: {} });
  });
});

describe('a Wait', () => {
  it('does not take its time', async () => {
    const state = { Type: 'Wait', Seconds: 1_000_000, OutputPath: '$.a', Next: 'Then' };
    expect(await answer(state, { input: { a: 1 } })).toMatchObject({
      status: 'SUCCEEDED',
      nextState: 'Then',
      output: 1,
      data: { afterInputPath: { a: 1 } },
    });
  });

  it('fails for a time that is none', async () => {
    const state = { Type: 'Wait', SecondsPath: '$.s', End: true };
    expect(await answer(state, { input: { s: 'soon' } })).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The SecondsPath parameter does not reference a non-negative integer: $.s == soon',
    });
  });
});

describe('Succeed and Fail', () => {
  it('end the machine, with an error that may be computed', async () => {
    expect(await answer({ Type: 'Succeed', OutputPath: '$.a' }, { input: { a: [] } })).toMatchObject({
      status: 'SUCCEEDED',
      output: [],
    });
    const fail = {
      Type: 'Fail',
      QueryLanguage: 'JSONata',
      Error: 'E',
      Cause: "{% 'of ' & $states.input.x %}",
    };
    expect(await answer(fail, { input: { x: 1 } })).toMatchObject({
      status: 'FAILED',
      error: 'E',
      cause: 'of 1',
    });
  });
});

describe('a Task', () => {
  const task = {
    Type: 'Task',
    Resource: LAMBDA,
    InputPath: '$.in',
    Parameters: { 'x.$': '$.x' },
    ResultSelector: { 'y.$': '$.deep.y' },
    ResultPath: '$.r',
    OutputPath: '$.r',
    Next: 'Then',
  };

  it('shows its data after each field', async () => {
    const input = { in: { x: 1, z: 2 } };
    expect(await answer(task, { input, ...result({ deep: { y: 3 } }) })).toEqual({
      status: 'SUCCEEDED',
      nextState: 'Then',
      output: { y: 3 },
      data: {
        input,
        afterInputPath: { x: 1, z: 2 },
        afterParameters: { x: 1 },
        result: { deep: { y: 3 } },
        afterResultSelector: { y: 3 },
        afterResultPath: { ...input, r: { y: 3 } },
      },
    });
  });

  it('shows its data up to the field that fails', async () => {
    const missing = await answer(task, { input: { in: {} }, ...result({}) });
    expect(missing).toMatchObject({ status: 'FAILED', error: expect.stringMatching(/^States\./) });
    expect(missing.data).toEqual({ input: { in: {} }, afterInputPath: {} });
    const unselected = await answer(task, { input: { in: { x: 1 } }, ...result({}) });
    expect(Object.keys(unselected.data)).toEqual(['input', 'afterInputPath', 'afterParameters', 'result']);
  });

  it('is performed where nothing is mocked', async () => {
    const performed = answer(task, { input: { in: { x: 1 } } }, async ({ request }) => {
      const { resource, arguments: given } = request as { resource: string; arguments: unknown };
      expect(resource).toBe(LAMBDA);
      return { deep: { y: given } };
    });
    expect(await performed).toMatchObject({ status: 'SUCCEEDED', output: { y: { x: 1 } } });
  });

  it('fails as performing it fails, a time that ran out by the name of the language', async () => {
    const failing = (code: string) => async () => {
      throw new EffectError({ code, message: 'late', retryable: true });
    };
    expect(await answer(task, { input: { in: { x: 1 } } }, failing('Custom'))).toMatchObject({
      status: 'FAILED',
      error: 'Custom',
      cause: 'late',
    });
    expect(await answer(task, { input: { in: { x: 1 } } }, failing('EFFECT_TIMEOUT'))).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
    });
    expect(await answer(task, { input: { in: { x: 1 } } })).toMatchObject({ status: 'FAILED' });
  });

  it('may lead to a state of its own name, or of any name', async () => {
    for (const Next of ['StateName', 'tested-next', 'é {} "', '${event.data}'])
      expect(await answer({ Type: 'Pass', Next })).toMatchObject({ nextState: Next, output: {} });
  });
});

describe('errors', () => {
  const state = {
    Type: 'Task',
    Resource: LAMBDA,
    Retry: [
      { ErrorEquals: ['A'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 3, MaxDelaySeconds: 8 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 0 },
    ],
    Catch: [
      { ErrorEquals: ['B'], Next: 'Same' },
      { ErrorEquals: ['States.ALL'], ResultPath: '$.e', Next: 'Same', Assign: { 'name.$': '$.Error' } },
    ],
    End: true,
  };
  const tried = (name: string, retrierRetryCount: number) =>
    answer(state, { input: { x: 1 }, ...error(name), stateConfiguration: { retrierRetryCount } });

  it('are tried again after a pause that grows up to its cap', async () => {
    expect(await tried('A', 0)).toMatchObject({
      status: 'RETRIABLE',
      error: 'A',
      cause: 'why',
      data: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 3 } },
    });
    expect((await tried('A', 1)).data['errorDetails']).toEqual({
      retryIndex: 0,
      retryBackoffIntervalSeconds: 8,
    });
  });

  it('are caught once the retrier has granted all its attempts', async () => {
    expect(await tried('A', 2)).toMatchObject({
      status: 'CAUGHT_ERROR',
      nextState: 'Same',
      error: 'A',
      output: { x: 1, e: { Error: 'A', Cause: 'why' } },
      data: { errorDetails: { catchIndex: 1, retryIndex: 0 }, variables: { name: 'A' } },
    });
    expect(await tried('B', 0)).toMatchObject({
      output: { Error: 'B', Cause: 'why' },
      data: { errorDetails: { catchIndex: 0, retryIndex: 1 } },
    });
  });

  it('of the data are caught like those of the work', async () => {
    const bad = { ...state, Parameters: { 'x.$': '$.absent' }, Retry: [] };
    expect(await answer(bad, result(1))).toMatchObject({
      status: expect.stringMatching(/CAUGHT_ERROR|FAILED/),
      error: expect.stringMatching(/^States\./),
    });
  });

  it('of the result are tried again too', async () => {
    const bad = { ...state, ResultSelector: { 'x.$': '$.absent' }, Retry: [{ ErrorEquals: ['States.ALL'] }] };
    expect(await answer(bad, result({}))).toMatchObject({
      status: expect.stringMatching(/RETRIABLE|FAILED/),
      error: expect.stringMatching(/^States\./),
      cause: expect.not.stringContaining('An error occurred while executing the state'),
    });
  });

  it('of too much data name the state', async () => {
    expect(await answer({ Type: 'Pass', Result: 'x'.repeat(300_000), End: true })).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause: expect.stringContaining("The state/task 'StateName' returned a result"),
    });
  });

  it('of a catcher fail the state', async () => {
    const bad = {
      Type: 'Task',
      QueryLanguage: 'JSONata',
      Resource: LAMBDA,
      Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $absent %}', Next: 'X' }],
      End: true,
    };
    expect(await answer(bad, error('A'))).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
    });
  });
});

describe('a Map', () => {
  it('shows what each iteration gets', async () => {
    const state = {
      Type: 'Map',
      InputPath: '$.all',
      ItemsPath: '$.list',
      ItemSelector: { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 'o.$': '$.other' },
      ItemProcessor: ITEM,
      MaxConcurrency: 2,
      ResultPath: '$.r',
      End: true,
    };
    const input = { all: { list: ['a', 'b'], other: 9 } };
    const { data, output } = await answer(state, { input, ...result([1, 2]) });
    expect(data).toMatchObject({
      afterInputPath: input.all,
      afterItemsPath: ['a', 'b'],
      afterItemSelector: [
        { v: 'a', i: 0, o: 9 },
        { v: 'b', i: 1, o: 9 },
      ],
      maxConcurrency: 2,
    });
    expect(output).toEqual({ ...input, r: [1, 2] });
  });

  const distributed = {
    Type: 'Map',
    ItemProcessor: { ...ITEM, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
    End: true,
  };

  it('shows its batches', async () => {
    const state = {
      ...distributed,
      ItemSelector: { 'v.$': '$$.Map.Item.Value' },
      ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { b: 1 } },
    };
    const { data } = await answer(state, { input: [1, 2, 3], ...result([]) });
    expect(data).toMatchObject({
      afterItemsPath: [1, 2, 3],
      afterItemSelector: [{ v: 1 }, { v: 2 }, { v: 3 }],
      afterItemBatcher: [
        { BatchInput: { b: 1 }, Items: [{ v: 1 }, { v: 2 }] },
        { BatchInput: { b: 1 }, Items: [{ v: 3 }] },
      ],
    });
  });

  it('reads what its reader is said to find, and writes what its writer is said to give', async () => {
    const state = {
      ...distributed,
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
        Parameters: { Bucket: 'b', 'Key.$': '$.key' },
      },
      InputPath: '$.in',
      ItemSelector: { 'row.$': '$$.Map.Item.Value' },
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b', Prefix: 'p' } },
      ToleratedFailurePercentage: 50,
    };
    const tested = (mapIterationFailureCount: number, mapItemReaderData = 'n\n1\n2\n') =>
      answer(state, {
        input: { in: { key: 'k' } },
        ...result({ ResultWriterDetails: {} }),
        stateConfiguration: { mapItemReaderData, mapIterationFailureCount },
      });
    expect(await tested(1)).toMatchObject({
      status: 'SUCCEEDED',
      output: { ResultWriterDetails: {} },
      data: {
        toleratedFailurePercentage: 50,
        afterInputPath: { key: 'k' },
        afterItemSelector: [{ row: { n: '1' } }, { row: { n: '2' } }],
      },
    });
    expect(await tested(2)).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
    });
  });
});

describe('a Parallel', () => {
  const branch = (name: string) => ({ StartAt: name, States: { [name]: { Type: 'Pass', End: true } } });
  const state = {
    Type: 'Parallel',
    Branches: [branch('A'), branch('B')],
    ResultSelector: { 'first.$': '$[0]' },
    Catch: [{ ErrorEquals: ['States.BranchFailed', 'Mine'], Next: 'Caught' }],
    Next: 'Then',
  };

  it('takes the results of its branches, or the error of one', async () => {
    expect(await answer(state, result([1, 2]))).toMatchObject({ nextState: 'Then', output: { first: 1 } });
    const failed = { ...error('Mine'), stateConfiguration: { errorCausedByState: 'B' } };
    expect(await answer(state, failed)).toMatchObject({ status: 'CAUGHT_ERROR', nextState: 'Caught' });
  });

  it('has no such state inside', async () => {
    const failed = { ...error('Mine'), stateConfiguration: { errorCausedByState: 'C' } };
    expect(await came(state, failed)).toMatchObject({ refused: { code: 'ValidationException' } });
  });
});

describe('what no state is tested with', () => {
  const pass = { Type: 'Pass', End: true };
  it.each<[string, object, Given, string]>([
    ['a machine without the name of a state', ITEM, {}, 'ValidationException'],
    ['variables that are no object', pass, { variables: '[]' }, 'ValidationException'],
    ['a context object without a mock', pass, { context: '{}' }, 'ValidationException'],
    ['no definition', [], {}, 'InvalidDefinition'],
    [
      'a result and an error at once',
      { Type: 'Task', Resource: LAMBDA, End: true },
      { mock: { result: '1', errorOutput: { error: 'E' } } },
      'ValidationException',
    ],
    [
      'a call that reports later, without a mock',
      {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
        Parameters: {},
        End: true,
      },
      {},
      'InvalidDefinition',
    ],
    [
      'an activity without a mock',
      { Type: 'Task', Resource: 'arn:aws:states:us-east-1:123456789012:activity:a', End: true },
      {},
      'InvalidDefinition',
    ],
  ])('%s', async (_, state, given, code) => {
    expect(await came(state, given)).toMatchObject({ refused: { code } });
  });

  it.each(['', '{', '{"__proto__": {}}', '['.repeat(100_000)])('input that is no JSON, %#', async (input) => {
    const told = await testState({ definition: JSON.stringify(pass), input }, { limits: LIMITS, now: NOW });
    expect(told).toMatchObject({ refused: { code: 'InvalidExecutionInput' } });
  });

  it('an answer of a service that its API never gives', async () => {
    const state = { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:listQueues', End: true };
    const told = (value: unknown, fieldValidationMode: 'STRICT' | 'NONE') =>
      came(state, { mock: { result: JSON.stringify(value), fieldValidationMode } });
    const message = "Mock result schema validation error: Field 'QueueUrls' must be a string";
    expect(await told({ QueueUrls: ['a', 1] }, 'STRICT')).toMatchObject({ refused: { message } });
    expect(await told({ QueueUrls: ['a'] }, 'STRICT')).toMatchObject({ answer: { status: 'SUCCEEDED' } });
    expect(await told({ QueueUrls: 1 }, 'NONE')).toMatchObject({ answer: { status: 'SUCCEEDED' } });
  });
});
