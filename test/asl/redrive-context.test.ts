/** What a redriven state machine sees of its redrives. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EffectError } from '../../src/actions/index.ts';
import { MemoryLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { type Engine, startEngine } from '../../src/workers/index.ts';

/** How often the call fails before it succeeds. */
let failures = 0;
let engine: Engine;
const log = new MemoryLog({ partitions: 1 });
const store = new MemoryStore({ partitions: 1, limits: LIMITS, now: () => Date.now() });
const start = () =>
  startEngine({
    log,
    store,
    invokers: () =>
      new Map([
        [
          'task',
          {
            targetOf: () => 'f',
            async invoke({ request }: { request: unknown }) {
              if (failures-- > 0) throw new EffectError({ code: 'Bad', message: 'bad', retryable: false });
              return (request as { arguments: unknown }).arguments;
            },
          },
        ],
      ]),
  });
beforeAll(async () => {
  engine = await start();
});
afterAll(() => engine.stop());

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const COUNTED = { 'count.$': '$$.Execution.RedriveCount' };
const MACHINE = {
  StartAt: 'Before',
  States: {
    Before: { Type: 'Pass', Parameters: COUNTED, ResultPath: '$.before', Next: 'Call' },
    Call: {
      Type: 'Task',
      Resource: FUNCTION,
      Parameters: { 'retries.$': '$$.State.RetryCount' },
      Retry: [{ ErrorEquals: ['Bad'], IntervalSeconds: 1, MaxAttempts: 1 }],
      ResultPath: '$.call',
      Next: 'After',
    },
    After: {
      Type: 'Pass',
      Parameters: { 'execution.$': '$$.Execution', 'before.$': '$.before', 'call.$': '$.call' },
      End: true,
    },
  },
};

async function redriven(name: string, fails: number, redrives: number) {
  failures = fails;
  await engine.gateway.putWorkflow(name, { format: 'asl', definition: MACHINE });
  await engine.gateway.startRun(name, { id: 'r', input: {} }, { waitMs: 60_000 });
  for (let i = 0; i < redrives; i++) {
    await engine.gateway.commandRun(name, 'r', 'redrive');
    await engine.gateway.awaitEnd(name, 'r', 60_000);
  }
  return engine.gateway.getRun(name, 'r');
}

it('counts them from the redrive on, and tells the time of the last', async () => {
  const { status, output } = await redriven('counts', 4, 2);
  expect(status).toBe('SUCCEEDED');
  expect(output).toEqual({
    before: { count: 0 },
    call: expect.anything(),
    execution: expect.objectContaining({
      RedriveCount: 2,
      RedriveTime: expect.stringMatching(/^\d{4}-.*Z$/),
    }),
  });
});

it('retries anew, and counts the retries anew', async () => {
  const { output } = await redriven('retries', 3, 1);
  expect(output).toMatchObject({ call: { retries: 1 }, execution: { RedriveCount: 1 } });
});

it('still knows of them in another process', async () => {
  const name = 'handed-over';
  const waiting = {
    ...MACHINE,
    States: {
      ...MACHINE.States,
      Call: { ...MACHINE.States.Call, Next: 'Wait' },
      Wait: { Type: 'Wait', Seconds: 2, Next: 'After' },
    },
  };
  failures = 2;
  await engine.gateway.putWorkflow(name, { format: 'asl', definition: waiting });
  await engine.gateway.startRun(name, { id: 'r', input: {} }, { waitMs: 60_000 });
  await engine.gateway.commandRun(name, 'r', 'redrive');
  await engine.stop();
  engine = await start();
  const { output } = await engine.gateway.awaitEnd(name, 'r', 60_000);
  expect(output).toMatchObject({ execution: { RedriveCount: 1 } });
});
