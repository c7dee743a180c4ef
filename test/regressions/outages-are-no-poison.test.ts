import { expect, it, vi } from 'vitest';
import { MemoryLog } from '../../src/logs/memory-log.ts';
import { TidegateError } from '../../src/model/errors.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { MemoryStore } from '../../src/stores/memory-store.ts';
import { startEngine } from '../../src/workers/index.ts';

const definition = {
  run: 'standing',
  triggers: [
    {
      id: 'count',
      activationEvents: [{ type: 'part' }],
      condition: { type: 'counter', threshold: 1000 },
      actions: [],
    },
  ],
};
const part = (id: string) =>
  JSON.stringify({ specversion: '1.0', id, source: '/line', type: 'part', workflow: 'w', run: 'standing' });

it('P10: an event is not taken for poison because the store was away whenever it was tried', async () => {
  const log = new MemoryLog({ partitions: 1 });
  const store = new MemoryStore({ partitions: 1, limits: LIMITS, now: Date.now });
  const loadRuns = store.loadRuns.bind(store);
  let refusals = 0;
  const engine = await startEngine({ log, store });
  await store.putWorkflow({ name: 'w', format: 'triggers', definition, createdAt: '2026-01-01T00:00:00Z' });
  store.loadRuns = async (...args) => {
    if (refusals++ < 7) throw new TidegateError('STORE_UNAVAILABLE', 'away');
    return loadRuns(...args);
  };
  await log.append(0, [part('1')]);
  await vi.waitFor(
    async () => {
      const [context] = await engine.gateway.contexts('w', 'standing');
      expect(context?.values).toEqual({ count: 1 });
    },
    { timeout: 5_000 },
  );
  expect((await engine.gateway.listDeadLetters({}, { limit: 10 })).items).toEqual([]);
  await engine.stop();
});

it('P9: a partition that was taken over often while nothing came is read in batches all the same', async () => {
  const log = new MemoryLog({ partitions: 1 });
  const store = new MemoryStore({ partitions: 1, limits: LIMITS, now: Date.now });
  for (let epoch = 1; epoch <= 10; epoch++) await store.acquire(0, { token: `${epoch}`, epoch });
  const open = log.open.bind(log);
  const sizes: number[] = [];
  log.open = async (...args) => {
    const reader = await open(...args);
    const take = reader.take.bind(reader);
    reader.take = (max) => {
      sizes.push(max);
      return take(max);
    };
    return reader;
  };
  const engine = await startEngine({ log, store });
  await engine.gateway.putWorkflow('w', { format: 'triggers', definition });
  expect(sizes.every((max) => max > 1)).toBe(true);
  await engine.stop();
});
