import { afterAll, beforeAll, expect, test } from 'vitest';
import { EffectError } from '../../src/actions/index.ts';
import { executionHistory } from '../../src/frontend/execution-history.ts';
import { MemoryLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { type Engine, startEngine } from '../../src/workers/index.ts';

/** Fails as often as it is told, then succeeds. */
let failures = 0;
let engine: Engine;

beforeAll(async () => {
  const invoke = async () => {
    if (failures-- > 0) throw new EffectError({ code: 'Bad', message: 'bad', retryable: false });
    return 'done';
  };
  engine = await startEngine({
    log: new MemoryLog({ partitions: 1 }),
    store: new MemoryStore({ partitions: 1, limits: LIMITS, now: () => Date.now() }),
    invokers: () => new Map([['task', { targetOf: () => 'f', invoke }]]),
  });
});
afterAll(() => engine.stop());

const TASK = {
  Type: 'Task',
  Resource: 'arn:aws:lambda:us-east-1:111111111111:function:f',
  ResultPath: null,
  End: true,
};

async function typesAfterRedrives(name: string, definition: object, input: unknown, redrives: number) {
  const { gateway } = engine;
  await gateway.putWorkflow(name, { format: 'asl', definition });
  await gateway.startRun(name, { id: 'r', input }, { waitMs: 60_000 });
  for (let i = 0; i < redrives; i++) {
    await gateway.commandRun(name, 'r', 'redrive');
    await gateway.awaitEnd(name, 'r', 60_000);
  }
  const run = await gateway.getRun(name, 'r');
  const workflow = await gateway.getWorkflow(name, run.version);
  return (await executionHistory({ run, workflow, gateway })).map(({ id, previousEventId, type }) =>
    [id, previousEventId, type].join(' '),
  );
}

test('an execution that is redriven goes on with the call that had failed', async () => {
  failures = 2;
  const machine = { StartAt: 'Task', States: { Task: TASK } };
  const call = (id: number, before: number) => [
    `${id} ${before} LambdaFunctionScheduled`,
    `${id + 1} ${id} LambdaFunctionStarted`,
  ];
  expect(await typesAfterRedrives('once', machine, {}, 2)).toEqual([
    '1 0 ExecutionStarted',
    '2 0 TaskStateEntered',
    ...call(3, 2),
    '5 4 LambdaFunctionFailed',
    '6 5 ExecutionFailed',
    '7 0 ExecutionRedriven',
    ...call(8, 7),
    '10 9 LambdaFunctionFailed',
    '11 10 ExecutionFailed',
    '12 0 ExecutionRedriven',
    ...call(13, 12),
    '15 14 LambdaFunctionSucceeded',
    '16 15 TaskStateExited',
    '17 16 ExecutionSucceeded',
  ]);
});

test('within an iteration it goes on there', async () => {
  failures = 1;
  const machine = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        MaxConcurrency: 1,
        ItemProcessor: { StartAt: 'Task', States: { Task: TASK } },
        End: true,
      },
    },
  };
  const types = await typesAfterRedrives('each', machine, [1, 2], 1);
  const afterwards = types.slice(types.findIndex((line) => line.endsWith('ExecutionRedriven')));
  expect(afterwards).toEqual([
    '12 0 ExecutionRedriven',
    '13 12 LambdaFunctionScheduled',
    '14 13 LambdaFunctionStarted',
    '15 14 LambdaFunctionSucceeded',
    '16 15 TaskStateExited',
    '17 16 MapIterationSucceeded',
    '18 12 MapIterationStarted',
    '19 18 TaskStateEntered',
    '20 19 LambdaFunctionScheduled',
    '21 20 LambdaFunctionStarted',
    '22 21 LambdaFunctionSucceeded',
    '23 22 TaskStateExited',
    '24 23 MapIterationSucceeded',
    '25 24 MapStateSucceeded',
    '26 24 MapStateExited',
    '27 26 ExecutionSucceeded',
  ]);
});

test('a Map Run is redriven with it, and what was open goes on from there', async () => {
  failures = 2;
  const machine = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        MaxConcurrency: 1,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Task',
          States: { Task: TASK },
        },
        End: true,
      },
    },
  };
  expect(await typesAfterRedrives('runs', machine, [1, 2], 2)).toEqual([
    '1 0 ExecutionStarted',
    '2 0 MapStateEntered',
    '3 2 MapStateStarted',
    '4 3 MapRunStarted',
    '5 4 MapRunFailed',
    '6 4 MapStateFailed',
    '7 6 ExecutionFailed',
    '8 0 ExecutionRedriven',
    '9 8 MapRunRedriven',
    '10 9 MapRunFailed',
    '11 9 MapStateFailed',
    '12 11 ExecutionFailed',
    '13 0 ExecutionRedriven',
    '14 13 MapRunRedriven',
    '15 14 MapRunSucceeded',
    '16 14 MapStateSucceeded',
    '17 14 MapStateExited',
    '18 17 ExecutionSucceeded',
  ]);
});
