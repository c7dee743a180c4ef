/** The context object, beyond the record. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CorpusEngine, startCorpusEngine } from './corpus-engine.ts';
import { functionArn, jsonata, machineOf } from './machine-shapes.ts';

let engine: CorpusEngine;
beforeAll(async () => {
  engine = await startCorpusEngine();
});
afterAll(() => engine?.stop());

const LATE = {
  behaviour: 'refuse',
  status: 429,
  errorType: 'TooManyRequestsException',
  message: '',
} as const;

async function outputOf(definition: object, input: unknown, failures = 0): Promise<unknown> {
  const came = await engine.run({
    id: '',
    category: '',
    group: '',
    type: 'STANDARD',
    lambda: { f: { ...LATE, times: failures } },
    expect: { status: '' },
    definition,
    input,
  });
  expect(came).toMatchObject({ status: 'SUCCEEDED' });
  return came.output;
}

describe("a Map's selector is told of the Map", () => {
  const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1 }];
  const calls = { StartAt: 'T', States: { T: { Type: 'Task', Resource: functionArn(), End: true } } };
  const apart = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
  const byPath = { 'count.$': '$$.State.RetryCount', 'name.$': '$$.State.Name' };
  const byQuery = {
    count: '{% $states.context.State.RetryCount %}',
    name: '{% $states.context.State.Name %}',
  };

  it.each([
    ['inline', machineOf({ Type: 'Map', ItemSelector: byPath, ItemProcessor: calls, Retry })],
    [
      'distributed',
      machineOf({ Type: 'Map', ItemSelector: byPath, ItemProcessor: { ...calls, ...apart }, Retry }),
    ],
    [
      'in JSONata',
      jsonata({
        Type: 'Map',
        Items: '{% $states.input %}',
        ItemSelector: byQuery,
        ItemProcessor: calls,
        Retry,
      }),
    ],
  ])('when it is tried again, %s', async (_, machine) => {
    expect(await outputOf(machine, [1], 1)).toEqual([{ count: 1, name: 'S' }]);
  });

  it('and when it was entered, whenever an item begins', async () => {
    const waits = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1, End: true } } };
    const ItemSelector = { 'at.$': '$$.State.EnteredTime' };
    const machine = machineOf({ Type: 'Map', MaxConcurrency: 1, ItemSelector, ItemProcessor: waits });
    const [first, second] = (await outputOf(machine, [1, 2])) as [unknown, unknown];
    expect(second).toEqual(first);
  });
});

it('Parallel tells how often it was tried on the way in and on the way out, its branches of their own', async () => {
  const branch = {
    StartAt: 'T',
    States: {
      T: {
        Type: 'Task',
        Resource: functionArn(),
        Parameters: { 'own.$': '$$.State.RetryCount', 'in.$': '$' },
        End: true,
      },
    },
  };
  const machine = machineOf({
    Type: 'Parallel',
    Parameters: { 'in.$': '$$.State.RetryCount' },
    Branches: [branch],
    Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1 }],
    ResultSelector: { 'branch.$': '$[0]', 'out.$': '$$.State.RetryCount' },
  });
  expect(await outputOf(machine, {}, 1)).toEqual({ branch: { own: 0, in: { in: 1 } }, out: 1 });
});

describe.each([
  ['InputPath', { Type: 'Pass', InputPath: '$$.Execution.Input' }],
  ['OutputPath', { Type: 'Pass', OutputPath: '$$.Execution.Input' }],
  ['Parameters', { Type: 'Pass', Parameters: { 'a.$': '$$.Execution.Input.a' } }],
  [
    'ResultSelector',
    { Type: 'Task', Resource: functionArn(), ResultSelector: { 'a.$': '$$.Execution.Input.a' } },
  ],
  ['an intrinsic', { Type: 'Pass', Parameters: { 'a.$': 'States.ArrayGetItem($$.Execution.Input.all, 0)' } }],
])('%s', (_, state) => {
  it('reads the context object', async () => {
    const output = await outputOf(machineOf(state), { a: 7, all: [7] });
    expect(output).toMatchObject({ a: 7 });
  });
});
