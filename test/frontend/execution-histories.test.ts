import { beforeEach, expect, it } from 'vitest';
import type { StateMachine } from '../../src/compilers/asl/model.ts';
import { ExecutionHistories } from '../../src/frontend/execution-histories.ts';
import { executionHistory } from '../../src/frontend/execution-history.ts';
import { LIMITS } from '../../src/model/limits.ts';
import type { RunDocument } from '../../src/model/run.ts';
import type { StoredWorkflow } from '../../src/stores/index.ts';
import type { Gateway } from '../../src/workers/gateway.ts';
import { historyItem } from '../../src/workers/history-entry.ts';
import { compiledMachine } from '../asl/run-in-engine.ts';
import { Driver, START } from '../engine/drive.ts';

const task = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111111111111:function:f' };
const definition = {
  StartAt: 'A',
  States: { A: { ...task, Next: 'B' }, B: { ...task, End: true } },
} as unknown as StateMachine;
const workflow = { name: 'w', version: 1, format: 'asl', definition } as unknown as StoredWorkflow;
const run = {
  id: 'r',
  workflow: 'w',
  version: 1,
  status: 'RUNNING',
  input: {},
  startedAt: new Date(START).toISOString(),
  labels: {},
} as RunDocument;

/** What a store holds of the run, and the inputs that were read of it. */
let stored: string[];
let read: number;
beforeEach(() => {
  stored = [];
  read = 0;
});

const gateway = {
  limits: LIMITS,
  history: async (_workflow: string, _run: string, { cursor, limit }: { cursor?: string; limit: number }) => {
    const from = Number(cursor ?? 1);
    const items = stored.slice(from - 1, from - 1 + limit).map((text, i) => historyItem(from + i, text));
    read += items.length;
    return { items, ...(items.length === limit && { cursor: String(from + limit) }) };
  },
} as unknown as Gateway;

/** A run whose first task has been done, or failed. */
function driven(end: 'complete' | 'fail'): Driver {
  const driver = new Driver(compiledMachine(definition), { input: {} });
  driver.start();
  driver[end](driver.pending[0]!);
  driver.save();
  stored = driver.history;
  return driver;
}

const fresh = () => executionHistory({ run, workflow, gateway });

it('is told on from where it was, also by several at a time', async () => {
  const histories = new ExecutionHistories({ gateway });
  const driver = driven('complete');
  const [one, other] = await Promise.all([histories.of({ run, workflow }), histories.of({ run, workflow })]);
  expect(one.at(-1)?.type).toBe('LambdaFunctionStarted');
  expect(other).toEqual(one);

  driver.complete(driver.pending[0]!);
  driver.save();
  read = 0;
  const all = await histories.of({ run, workflow });
  expect(read).toBe(2);
  expect(all.at(-1)?.type).toBe('ExecutionSucceeded');
  expect(all).toEqual(await fresh());
  expect(all.slice(0, one.length)).toEqual(one);
});

it('is told anew where the run took another course after its store had lost its last moments', async () => {
  const histories = new ExecutionHistories({ gateway });
  driven('complete');
  await histories.of({ run, workflow });
  driven('fail');
  const told = await histories.of({ run, workflow });
  expect(told.at(-1)?.type).toBe('ExecutionFailed');
  expect(told).toEqual(await fresh());
  stored = stored.slice(0, 1);
  expect(await histories.of({ run, workflow })).toEqual(await fresh());
});
