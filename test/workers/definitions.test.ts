import { afterEach, describe, expect, it } from 'vitest';
import { MemoryLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { partitionOf } from '../../src/model/partition.ts';
import { MemoryStore, type StoredWorkflow } from '../../src/stores/index.ts';
import { Definitions } from '../../src/workers/definitions.ts';
import { startEngine } from '../../src/workers/index.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
});

const COUNTING = {
  run: { correlate: 'event.data.key' },
  history: true,
  triggers: [
    {
      id: 'count',
      activationEvents: [{ type: 'thing' }],
      condition: { type: 'counter', threshold: 100 },
      actions: [],
    },
  ],
};
const SLOW = 'slow';

/** Calls `meanwhile` while it is being asked for the workflow that is slow to come. */
class SlowStore extends MemoryStore {
  meanwhile: (() => Promise<void>) | undefined;

  override async getWorkflow(name: string, version?: number): Promise<StoredWorkflow | undefined> {
    const found = await super.getWorkflow(name, version);
    if (name === SLOW) await this.meanwhile?.();
    return found;
  }
}
function slowStore(): SlowStore {
  return new SlowStore({ partitions: 1, limits: LIMITS, now: Date.now, shared: true });
}
const createdAt = '2026-01-01T00:00:00Z';

describe('definitions that may have changed elsewhere', () => {
  it('still make the runs of a batch that was prepared before the notice came', async () => {
    const store = slowStore();
    const log = new MemoryLog({ partitions: 1 });
    for (const name of ['quick', SLOW])
      await store.putWorkflow({ name, format: 'triggers', definition: COUNTING, createdAt });
    const engine = await startEngine({ log, store });
    stops.push(() => engine.stop());
    const toQuick = Promise.withResolvers<void>();
    const stop = await store.shared!.notices.subscribe('definitions', () => toQuick.resolve());
    store.meanwhile = async () => {
      store.shared!.notices.publish('definitions', 'quick');
      await toQuick.promise;
    };
    const events = ['quick', SLOW].map((workflow) => ({
      specversion: '1.0',
      id: '1',
      source: '/test',
      type: 'thing',
      workflow,
      run: 'a',
      data: { key: 'a' },
    }));
    await log.append(
      partitionOf('quick/a', 1),
      events.map((event) => JSON.stringify(event)),
    );
    await expect.poll(() => store.getRun(`${SLOW}/a`)).toBeDefined();
    stop();
    expect((await store.deadLetters({}, { limit: 10 })).items).toEqual([]);
    expect(await store.getRun('quick/a')).toBeDefined();
  });

  it('are asked for again when they changed while they were asked for', async () => {
    const store = slowStore();
    await store.putWorkflow({ name: SLOW, format: 'triggers', definition: COUNTING, createdAt });
    const definitions = new Definitions(store, LIMITS);
    store.meanwhile = async () => {
      store.meanwhile = undefined;
      await store.putWorkflow({ name: SLOW, format: 'triggers', definition: { triggers: [] }, createdAt });
      definitions.forget(SLOW);
    };
    expect((await definitions.newest(SLOW))?.version).toBe(1);
    expect((await definitions.newest(SLOW))?.version).toBe(2);
  });
});

describe('a stored definition that breaks what compiles it', () => {
  /** Gives a definition whose reading fails, as of a defect that no check has seen coming. */
  class BreakingStore extends MemoryStore {
    override async getWorkflow(name: string, version?: number): Promise<StoredWorkflow | undefined> {
      const found = await super.getWorkflow(name, version);
      if (name !== 'breaking' || found === undefined) return found;
      const definition = Object.defineProperty({}, 'triggers', {
        enumerable: true,
        get() {
          throw new RangeError('a defect');
        },
      });
      return { ...found, definition };
    }
  }

  it('puts aside what is meant for it, and nothing else', async () => {
    const store = new BreakingStore({ partitions: 1, limits: LIMITS, now: Date.now, shared: true });
    const log = new MemoryLog({ partitions: 1 });
    for (const name of ['breaking', 'well'])
      await store.putWorkflow({ name, format: 'triggers', definition: COUNTING, createdAt });
    const engine = await startEngine({ log, store });
    stops.push(() => engine.stop());
    const events = ['breaking', 'well'].map((workflow) => ({
      specversion: '1.0',
      id: '1',
      source: '/test',
      type: 'thing',
      workflow,
      run: 'a',
      data: { key: 'a' },
    }));
    await log.append(
      0,
      events.map((event) => JSON.stringify(event)),
    );
    await expect.poll(() => store.getRun('well/a')).toBeDefined();
    expect((await store.deadLetters({}, { limit: 10 })).items).toMatchObject([
      { workflow: 'breaking', run: 'a' },
    ]);
  });
});

describe('a definition whose triggers do not compile', () => {
  it('is refused where it is registered', async () => {
    const store = slowStore();
    const engine = await startEngine({ log: new MemoryLog({ partitions: 1 }), store });
    stops.push(() => engine.stop());
    const machine = (state: object) => ({
      StartAt: 'S',
      States: { S: { Type: 'Pass', End: true, ...state } },
    });
    for (const state of [
      { ResultPath: '$.constructor' },
      { Parameters: { 'prototype.$': '$' } },
      { Assign: { 'constructor.$': '$' } },
    ]) {
      await expect(
        engine.gateway.putWorkflow('refused', { format: 'asl', definition: machine(state) }),
      ).rejects.toMatchObject({ code: 'INVALID_DEFINITION' });
    }
    expect(await store.getWorkflow('refused')).toBeUndefined();
  });
});
