import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Embedded } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import type { Checkpoint } from '../../src/stores/index.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { ended, head, Writer } from '../conformance/batches.ts';
import { DataFolder } from '../logs/embedded.ts';
import { change, expectSame, Histories, KEYS } from './drawn-changes.ts';

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('write' as const), changes: fc.array(change, { maxLength: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('refuse' as const), changes: fc.array(change, { maxLength: 4 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'fold' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'delete workflow' as const }) },
);

test('whatever is written, folded, refused and reopened, SQLite and memory tell the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const folder = new DataFolder();
      const open = () => folder.open({ maxBytes: 2 * 1024 * 1024 });
      let sqlite: Embedded = await open();
      const memory = new MemoryStore({ partitions: 2, limits: LIMITS, now: () => folder.time });
      const writer = await Writer.acquire(memory);
      await sqlite.store.acquire(0, writer.owner);
      const histories = new Histories();
      const both = async (batch: Checkpoint) => {
        await Promise.all([memory.checkpoint(batch), sqlite.store.checkpoint(batch)]);
      };
      for (const one of steps) {
        if (one.do === 'write') await both(writer.next({ runs: histories.toChanges(one.changes) }));
        if (one.do === 'refuse') {
          // Shares its transaction with a write that does not fit: undone, and tried again alone.
          const large = sqlite.store.putRecord('c', 'large', 'x'.repeat(3_000_000));
          await Promise.all([
            both(writer.next({ runs: histories.toChanges(one.changes) })),
            sqlite.store.listRuns({}, { limit: 1 }),
            expect(large).rejects.toMatchObject({ code: 'STORE_FULL' }),
          ]);
        }
        if (one.do === 'fold') {
          // Twice in one transaction.
          await Promise.all([
            sqlite.store.listRuns({}, { limit: 1 }),
            sqlite.store.listRuns({}, { limit: 1 }),
          ]);
        }
        if (one.do === 'reopen') {
          await sqlite.close();
          sqlite = await open();
        }
        if (one.do === 'delete workflow') {
          await Promise.all([memory.deleteWorkflow('test'), sqlite.store.deleteWorkflow('test')]);
          for (const key of KEYS) if ((await memory.getRun(key)) === undefined) histories.forget(key);
        }
        await expectSame(memory, sqlite.store);
      }
      const lists = [
        {},
        { workflow: 'test' },
        { status: 'RUNNING' as const },
        { label: ['n', '0'] as const },
      ];
      for (const filter of lists) {
        const keys = async (store: Embedded['store']) =>
          (await store.listRuns(filter, { limit: 100 })).items.map((run) => run.key).sort();
        expect(await keys(sqlite.store)).toEqual(await keys(memory));
      }
      await sqlite.close();
      await folder.remove();
    }),
    { numRuns: 50 },
  );
}, 60_000);

test('finds every run by its key while keys are indexed by thousands, across deletion and reopening', async () => {
  const folder = new DataFolder();
  let { store, close } = await folder.open();
  let writer = await Writer.acquire(store);
  const total = 20_000;
  const key = (n: number) => `w/${(n * 2_654_435_761) % 4_294_967_296}`;
  for (let n = 0; n < total; n += 400) {
    const runs = Array.from({ length: 400 }, (_, i) => ended(key(n + i)));
    const gone =
      n < 4_000
        ? []
        : Array.from({ length: 40 }, (_, i) => ({ key: key(n - 4_000 + i), cells: [], deleted: true }));
    await writer.write([...runs, ...gone]);
    await store.listRuns({}, { limit: 1 });
    if (n % 8_000 === 4_000) {
      await close();
      ({ store, close } = await folder.open());
      writer = await Writer.acquire(store);
    }
    if (n % 2_000 === 0) await expectKeys(n + 400);
  }
  await expectKeys(total);
  await close();
  await folder.remove();

  async function expectKeys(written: number): Promise<void> {
    const all = await store.loadRuns(
      0,
      Array.from({ length: written }, (_, n) => key(n)),
    );
    const wrong = all.findIndex((run, n) => {
      const deleted = n % 400 < 40 && n - (n % 400) + 4_000 < written;
      return deleted ? run !== undefined : run?.head.key !== head(key(n)).key;
    });
    expect(wrong).toBe(-1);
  }
}, 60_000);
