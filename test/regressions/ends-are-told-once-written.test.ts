import { expect, it } from 'vitest';
import { MemoryLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { type Checkpoint, MemoryStore } from '../../src/stores/index.ts';
import { startEngine } from '../../src/workers/index.ts';

/** Holds checkpoints back until they are let through one by one. */
class HeldBackStore extends MemoryStore {
  readonly waiting: (() => void)[] = [];
  holding = false;

  override async checkpoint(checkpoint: Checkpoint): Promise<void> {
    if (this.holding) await new Promise<void>((resolve) => void this.waiting.push(resolve));
    return super.checkpoint(checkpoint);
  }
}

const WORKFLOW = {
  format: 'triggers',
  definition: {
    run: 'standing',
    triggers: [
      {
        id: 'begin',
        activationEvents: [{ type: 'begin' }],
        condition: { type: 'always' },
        actions: [{ type: 'set', values: { begun: true } }],
      },
      {
        id: 'end',
        activationEvents: [{ type: 'end' }],
        condition: { type: 'always' },
        actions: [{ type: 'complete', output: 'over' }],
      },
    ],
  },
};

it('a watcher hears of the end of a run after the checkpoint that holds it, not after the one before', async () => {
  const log = new MemoryLog({ partitions: 1 });
  const store = new HeldBackStore({ partitions: 1, limits: LIMITS, now: Date.now });
  const engine = await startEngine({ log, store, batchRecords: 1 });
  const { gateway } = engine;
  await gateway.putWorkflow('w', WORKFLOW);
  const told: string[] = [];
  const unwatch = await gateway.watchRun('w', 'standing', (notice) => {
    if (notice.kind === 'run') told.push(notice.run.status);
  });
  store.holding = true;
  const event = { specversion: '1.0', source: '/s', workflow: 'w', run: 'standing' } as const;
  await gateway.publish([{ ...event, id: '1', type: 'begin' }]);
  await gateway.publish([{ ...event, id: '2', type: 'end' }]);
  await expect.poll(() => store.waiting.length).toBe(1);
  // The second batch is stepped while the first is being written.
  await expect.poll(() => engine.worker.metrics.get(0)?.events).toBe(3);
  store.waiting.shift()!();
  await expect.poll(() => store.waiting.length).toBe(1);
  expect(told).not.toContain('SUCCEEDED');
  expect((await gateway.getRun('w', 'standing')).status).toBe('RUNNING');
  store.waiting.shift()!();
  await expect.poll(() => told.at(-1)).toBe('SUCCEEDED');
  expect((await gateway.getRun('w', 'standing')).status).toBe('SUCCEEDED');
  store.holding = false;
  unwatch();
  await engine.stop();
});
