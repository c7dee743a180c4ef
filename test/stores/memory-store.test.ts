import { expect, test } from 'vitest';
import { LIMITS } from '../../src/model/limits.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { keyIn, started, Writer } from '../conformance/batches.ts';
import { stateStoreConformance } from '../conformance/state-store.ts';

stateStoreConformance('memory', async ({ partitions, finishedRuns, deadLetters, now }) => ({
  store: new MemoryStore({ partitions, now, limits: { ...LIMITS, finishedRuns, deadLetters } }),
}));

test('goes back to a snapshot as a whole', async () => {
  const store = new MemoryStore({ partitions: 2, now: () => 0, limits: LIMITS });
  const writer = await Writer.acquire(store);
  const key = keyIn(0, 'w', 1);
  await writer.write([started(key, {}, [['e', '1']])], { dedupe: Uint32Array.of(1, 1) });
  const snapshot = store.snapshot();
  await writer.write([{ key, cells: [['e', null]] }], { dedupe: Uint32Array.of(2, 2) });
  store.restore(snapshot);
  const state = await store.acquire(0, { token: 'b', epoch: 2 });
  expect(state).toMatchObject({ checkpoint: 1, position: 10, dedupe: [Uint32Array.of(1, 1)] });
  expect(state.pending).toEqual([{ run: key, cell: 'e', value: '1' }]);
});
