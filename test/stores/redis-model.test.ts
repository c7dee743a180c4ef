import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../../src/model/limits.ts';
import { MemoryStore, openRedisStore } from '../../src/stores/index.ts';
import { ended, keyIn, letter, started, Writer } from '../conformance/batches.ts';
import { sharedRedis } from '../servers/index.ts';
import { change, expectSame, Histories, KEYS } from './drawn-changes.ts';
import { freshPrefix, openStore } from './redis-stores.ts';

let url: string;
let redis: Redis;
beforeAll(async () => {
  url = await sharedRedis();
  redis = new Redis(url);
});
afterAll(() => redis.disconnect());

async function keysOf(prefix: string): Promise<string[]> {
  const keys = await redis.keys(`{${prefix}[:}]*`);
  return keys.map((key) => key.replace(`{${prefix}`, '')).sort();
}

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ changes: fc.array(change, { maxLength: 6 }) }) },
  { weight: 1, arbitrary: fc.constant('delete workflow' as const) },
);

test('whatever is written, Redis and memory tell the same, and no key outlives what it belongs to', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const prefix = freshPrefix();
      const store = await openStore(url, { prefix });
      const memory = new MemoryStore({ partitions: 2, limits: LIMITS, now: () => 1_800_000_000_000 });
      const writer = await Writer.acquire(memory);
      await store.acquire(0, writer.owner);
      const histories = new Histories();
      for (const one of steps) {
        if (one === 'delete workflow') {
          await Promise.all([memory.deleteWorkflow('test'), store.deleteWorkflow('test')]);
          for (const key of KEYS) if ((await memory.getRun(key)) === undefined) histories.forget(key);
        } else {
          const batch = writer.next({ runs: histories.toChanges(one.changes) });
          await Promise.all([memory.checkpoint(batch), store.checkpoint(batch)]);
        }
        await expectSame(memory, store);
      }
      const lists = [
        {},
        { workflow: 'test' },
        { status: 'RUNNING' as const },
        { label: ['n', '0'] as const },
      ];
      for (const filter of lists) {
        const listed = async (from: typeof store) =>
          (await from.listRuns(filter, { limit: 100 })).items.map(({ key }) => key).sort();
        expect(await listed(store)).toEqual(await listed(memory));
      }
      await writer.write([]);
      await store.checkpoint(
        writer.next({ number: writer.number, runs: KEYS.map((key) => ({ key, cells: [], deleted: true })) }),
      );
      const left = [':0}:partition', '}:installation'];
      expect((await keysOf(prefix)).filter((key) => !key.startsWith('}:last-versions'))).toEqual(left);
      await store.close();
    }),
    { numRuns: 30 },
  );
}, 60_000);

test('runs and dead letters that came and went leave no key behind', async () => {
  const prefix = freshPrefix();
  const store = await openStore(url, { prefix });
  const writer = await Writer.acquire(store);
  await store.putWorkflow({
    name: 'w',
    format: 'triggers',
    definition: {},
    createdAt: '',
    triggers: [{ id: 'a' }],
  });
  const keys = Array.from({ length: 700 }, (_, n) => keyIn(0, 'w', n));
  const cells = [
    ['c', '1'],
    ['e', '2'],
  ] as const;
  await writer.write(
    keys.map((key) => ({ ...started(key, { labels: { a: 'b' } }, cells), history: ['1'], historyFrom: 1 })),
  );
  await writer.write(
    keys.map((key) => ended(key, { labels: { a: 'c' } })),
    { deadLetters: [letter('x')] },
  );
  await store.putRecord('c', 'id', 'v', 1);
  await store.putRecord('c', 'id2', 'v');
  expect((await store.listRuns({ label: ['a', 'c'] }, { limit: 1_000 })).items).toHaveLength(700);
  await store.deleteWorkflow('w');
  await store.deleteDeadLetter('x');
  await store.deleteRecord('c', 'id2');
  expect(await keysOf(prefix)).toEqual([':0}:partition', '}:installation', '}:last-versions']);
  await store.close();
});

test('what a takeover and a load read in pages is whole', async () => {
  const store = await openStore(url);
  const writer = await Writer.acquire(store);
  const runs = 2_500;
  const keys = Array.from({ length: runs }, (_, n) => keyIn(0, 'w', n));
  const large = 'x'.repeat(20_000);
  for (let n = 0; n < runs; n += 500) {
    await writer.write(
      keys.slice(n, n + 500).map((key, i) =>
        started(key, {}, [
          ['e1', `${n + i}`],
          ['t1', i % 4 ? '1' : large],
        ]),
      ),
      { dedupe: Uint32Array.of(n, n) },
    );
  }
  const many = Array.from({ length: 5_001 }, (_, i) => [`e${i}`, `${i}`] as const);
  await writer.write([started(keyIn(1, 'other', 1), {}, many)]);
  const state = await store.acquire(0, { token: 'next', epoch: 2 });
  const places = new Set(state.pending.map(({ run, cell }) => `${run} ${cell}`));
  expect(state.pending).toHaveLength(places.size);
  expect(places.size).toBe(2 * runs + many.length);
  const loaded = await store.loadRuns(0, keys);
  expect(loaded.map((run) => run?.cells.find(([cell]) => cell === 'e1')?.[1])).toEqual(
    keys.map((_, n) => `${n}`),
  );
  await store.close();
});

test('a page of a list that few runs pass comes to an end, however many do not', async () => {
  const store = await openStore(url);
  const writer = await Writer.acquire(store);
  const keys = Array.from({ length: 5_000 }, (_, n) => keyIn(0, 'w', n));
  await writer.write(keys.map((key, n) => started(key, { startedAt: n, labels: { a: 'b' } })));
  await writer.write([{ ...started(keys[7]!, { startedAt: 7, status: 'PAUSED', labels: { a: 'b' } }) }]);
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listRuns(
      { label: ['a', 'b'], status: 'PAUSED' },
      { limit: 10, ...(cursor && { cursor }) },
    );
    found.push(...page.items.map(({ key }) => key));
    cursor = page.cursor;
  } while (cursor !== undefined);
  expect(found).toEqual([keys[7]]);
  await store.close();
});

test('what is too old goes with later checkpoints, the oldest first, a bounded number each time', async () => {
  let time = 10_000;
  const store = await openRedisStore({
    url,
    prefix: freshPrefix(),
    partitions: 2,
    limits: LIMITS,
    now: () => time,
    finishedRunsMs: 1_000,
    deadLettersMs: 1_000,
  });
  const writer = await Writer.acquire(store);
  const keys = Array.from({ length: 100 }, (_, n) => keyIn(0, 'w', n));
  await writer.write(
    keys.map((key, n) => ended(key, { startedAt: n, endedAt: 10_000 + n })),
    { deadLetters: keys.map((_, n) => letter(`d${n}`, { at: 10_000 + n })) },
  );
  const left = async () => (await store.loadRuns(0, keys)).flatMap((run, n) => (run ? [n] : []));
  const letters = async () => (await store.deadLetters({}, { limit: 200 })).items.length;
  time = 11_050;
  await writer.write([]);
  expect(await left()).toEqual(keys.map((_, n) => n).slice(32));
  await writer.write([]);
  expect(await left()).toEqual(keys.map((_, n) => n).slice(50));
  expect(await letters()).toBe(50);
  time = 20_000;
  for (let i = 0; i < 2; i += 1) await writer.write([]);
  expect(await left()).toEqual([]);
  expect(await letters()).toBe(0);
  expect((await store.listRuns({}, { limit: 9 })).items).toEqual([]);
  await store.close();
});
