import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EffectError } from '../../src/actions/index.ts';
import { MemoryLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { type Engine, startEngine } from '../../src/workers/index.ts';

/** Names of the functions called, and the failures that each still has. */
const calls: string[] = [];
const ids: string[] = [];
const failures = new Map<string, number>();
let engine: Engine;

beforeAll(async () => {
  const invoke = async ({ id, request }: { id: string; request: unknown }) => {
    const name = (request as { resource: string }).resource.split(':').at(-1)!;
    calls.push(name);
    ids.push(id);
    const left = failures.get(name) ?? 0;
    failures.set(name, left - 1);
    if (left > 0) throw new EffectError({ code: 'Bad', message: name, retryable: false });
    return name;
  };
  engine = await startEngine({
    log: new MemoryLog({ partitions: 1 }),
    store: new MemoryStore({ partitions: 1, limits: LIMITS, now: () => Date.now() }),
    invokers: () => new Map([['task', { targetOf: () => 'f', invoke }]]),
  });
});
afterAll(() => engine.stop());

const task = (name: string, more: object = {}) => ({
  Type: 'Task',
  Resource: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
  ResultPath: null,
  ...more,
});

async function runThenRedrive(name: string, definition: object): Promise<string[][]> {
  calls.length = 0;
  const { gateway } = engine;
  await gateway.putWorkflow(name, { format: 'asl', definition });
  const { run } = await gateway.startRun(name, { id: 'r', input: {} }, { waitMs: 60_000 });
  expect(run.status).toBe('FAILED');
  const before = calls.splice(0);
  await gateway.commandRun(name, 'r', 'redrive');
  expect((await gateway.awaitEnd(name, 'r', 60_000)).status).toBe('SUCCEEDED');
  return [before, calls.splice(0)];
}

describe('a redriven state machine', () => {
  it('goes on with the task whose failure ended it; what was retried or caught before stays as it was', async () => {
    failures.set('flaky', 1).set('caught', 1).set('last', 1);
    const definition = {
      StartAt: 'Flaky',
      States: {
        Flaky: task('flaky', {
          Retry: [{ ErrorEquals: ['Bad'], IntervalSeconds: 1, MaxAttempts: 1 }],
          Next: 'Caught',
        }),
        Caught: task('caught', { Catch: [{ ErrorEquals: ['Bad'], Next: 'Last' }], End: true }),
        Last: task('last', { End: true }),
      },
    };
    expect(await runThenRedrive('handled', definition)).toEqual([
      ['flaky', 'flaky', 'caught', 'last'],
      ['last'],
    ]);
  });

  it('begins the retries of that task anew, each call under an id of its own', async () => {
    failures.set('stubborn', 3);
    ids.length = 0;
    const definition = {
      StartAt: 'S',
      States: {
        S: task('stubborn', {
          Retry: [{ ErrorEquals: ['Bad'], IntervalSeconds: 1, MaxAttempts: 1 }],
          End: true,
        }),
      },
    };
    expect(await runThenRedrive('stubborn', definition)).toEqual([
      ['stubborn', 'stubborn'],
      ['stubborn', 'stubborn'],
    ]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('does the other branches of a Parallel that had not ended', async () => {
    failures.set('left', 1);
    const branch = (name: string) => ({ StartAt: name, States: { [name]: task(name, { End: true }) } });
    const definition = {
      StartAt: 'P',
      States: { P: { Type: 'Parallel', Branches: [branch('left'), branch('right')], End: true } },
    };
    const [, after] = await runThenRedrive('branches', definition);
    expect(after).toContain('left');
  });

  it('begins anew what ended with it while others worked for it, each time', async () => {
    failures.set('child', 4);
    const { gateway } = engine;
    const definition = {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'Child',
            States: { Child: task('child', { End: true }) },
          },
          End: true,
        },
      },
    };
    await gateway.putWorkflow('children', { format: 'asl', definition });
    await gateway.startRun('children', { id: 'r', input: [1, 2, 3] }, { waitMs: 60_000 });
    for (const expected of ['FAILED', 'SUCCEEDED']) {
      await gateway.commandRun('children', 'r', 'redrive');
      expect((await gateway.awaitEnd('children', 'r', 10_000)).status).toBe(expected);
    }
    expect((await gateway.getRun('children', 'r')).output).toEqual([1, 2, 3]);
  });
});
