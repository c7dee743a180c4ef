import { describe, expect, test } from 'vitest';
import { RUN_STATUSES } from '../../src/model/run.ts';
import type { Page, RunFilter, RunHead, StateStore } from '../../src/stores/state-store.ts';
import { ended, head, keyIn, letter, started, Writer } from './batches.ts';
import type { Subject } from './state-store.ts';

export function listPromises(subject: Subject): void {
  const keysOf = async (filter: RunFilter) =>
    (await collect((cursor) => subject.store.listRuns(filter, { limit: 3, ...cursor }))).map(
      (run) => run.key,
    );

  describe('lists of runs', () => {
    test('newest first, page by page, each once', async () => {
      const { store } = subject;
      const zero = await Writer.acquire(store, 0);
      const one = await Writer.acquire(store, 1);
      const runs = Array.from({ length: 23 }, (_, n) =>
        head(keyIn(n % 2, 'w', n), { startedAt: 1_000 + ((n * 7) % 23) }),
      );
      for (const [n, run] of runs.entries())
        await (n % 2 ? one : zero).write([{ key: run.key, head: run, cells: [] }]);
      const expected = [...runs].sort((a, b) => b.startedAt - a.startedAt).map((run) => run.key);
      expect(await keysOf({})).toEqual(expected);
      const whole = await store.listRuns({}, { limit: 23 });
      expect(whole.cursor).toBeUndefined();
      expect(whole.items[0]).toEqual(runs.find((run) => run.key === expected[0]));
    });

    test('pages neither skip nor repeat among runs of the same moment', async () => {
      const writer = await Writer.acquire(subject.store);
      const keys = Array.from({ length: 20 }, (_, n) => keyIn(0, 'w', n));
      await writer.write(keys.map((key) => started(key, { startedAt: 5 })));
      expect([...(await keysOf({}))].sort()).toEqual([...keys].sort());
    });

    test('a cursor stands still while runs start, end and go on', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const keys = Array.from({ length: 12 }, (_, n) => keyIn(0, 'w', n));
      for (const [n, key] of keys.entries()) await writer.write([started(key, { startedAt: 1_000 + n })]);
      const first = await store.listRuns({}, { limit: 5 });
      await writer.write([
        started(keyIn(0, 'w', 100), { startedAt: 9_000 }),
        { key: keys[3]!, cells: [['c', '1']] },
        ended(keys[5]!, { startedAt: 1_005 }),
      ]);
      const rest = await collect((cursor) =>
        store.listRuns({}, { limit: 4, cursor: first.cursor!, ...cursor }),
      );
      expect([...first.items, ...rest].map((run) => run.key)).toEqual([...keys].reverse());
    });

    test('filters by workflow (exactly), status, label and time, alone and together', async () => {
      const writer = await Writer.acquire(subject.store);
      const all: RunHead[] = [];
      for (let n = 0; n < 42; n += 1) {
        const workflow = ['test', 'test-2', 'tes', 'Test', 'te%t', 'test.x'][n % 6]!;
        const status = RUN_STATUSES[n % 7]!;
        const labels = n % 3 === 0 ? undefined : { team: n % 2 ? 'red' : 'blue', n: `${n}` };
        all.push(head(keyIn(0, workflow, n), { status, startedAt: 100 + n, ...(labels && { labels }) }));
      }
      for (const run of all) await writer.write([{ key: run.key, head: run, cells: [] }]);
      // Retention may have taken some of the ended ones.
      const kept = new Set(await keysOf({}));
      expect(kept.size).toBeGreaterThan(30);
      const filters: [RunFilter, (run: RunHead) => boolean][] = [
        [{ workflow: 'test' }, (run) => run.key.startsWith('test/')],
        [{ workflow: 'te%t' }, (run) => run.key.startsWith('te%t/')],
        [{ workflow: 'none' }, () => false],
        [{ status: 'FAILED' }, (run) => run.status === 'FAILED'],
        [{ label: ['team', 'red'] }, (run) => run.labels?.team === 'red'],
        [{ label: ['team', 're'] }, () => false],
        [{ startedFrom: 110, startedTo: 119 }, (run) => run.startedAt >= 110 && run.startedAt <= 119],
        [
          { workflow: 'test-2', status: 'PAUSED' },
          (run) => run.key.startsWith('test-2/') && run.status === 'PAUSED',
        ],
        [
          { workflow: 'tes', label: ['team', 'blue'], startedFrom: 105 },
          (run) => run.key.startsWith('tes/') && run.labels?.team === 'blue' && run.startedAt >= 105,
        ],
        [
          { status: 'RUNNING', label: ['team', 'red'], startedTo: 135 },
          (run) => run.status === 'RUNNING' && run.labels?.team === 'red' && run.startedAt <= 135,
        ],
      ];
      for (const [filter, passes] of filters) {
        const expected = all.filter((run) => kept.has(run.key) && passes(run)).map((run) => run.key);
        expect(await keysOf(filter), JSON.stringify(filter)).toEqual(expected.reverse());
      }
    });

    test('shows a run as of its last checkpoint, under the status and labels it has now', async () => {
      const writer = await Writer.acquire(subject.store);
      const key = keyIn(0, 'w', 1);
      await writer.write([started(key, { labels: { a: '1' } })]);
      expect(await keysOf({ status: 'RUNNING' })).toEqual([key]);
      await writer.write([ended(key, { labels: { a: '2' } })]);
      expect(await keysOf({ status: 'RUNNING' })).toEqual([]);
      expect(await keysOf({ label: ['a', '1'] })).toEqual([]);
      expect(await keysOf({ status: 'SUCCEEDED', label: ['a', '2'] })).toEqual([key]);
    });

    test('a cursor that no list gave is refused', async () => {
      await expect(subject.store.listRuns({}, { limit: 1, cursor: "x' OR 1" })).rejects.toMatchObject({
        code: 'INVALID_PARAMETER',
      });
    });
  });

  describe('dead letters', () => {
    test('newest first, by workflow and run, page by page; each id once', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const letters = Array.from({ length: 9 }, (_, n) =>
        letter(`d${n}`, { at: n, workflow: n % 3 ? 'test' : 'test-2', run: `r${n % 2}`, event: '{"a":"ü"}' }),
      );
      for (const one of letters) await writer.write([], { deadLetters: [one] });
      await writer.write([], { deadLetters: [{ ...letters[0]!, message: 'again' }] });
      const idsOf = async (filter: { workflow?: string; run?: string }) =>
        (await collect((cursor) => store.deadLetters(filter, { limit: 2, ...cursor }))).map(({ id }) => id);
      expect(await idsOf({})).toEqual(letters.map(({ id }) => id).reverse());
      expect(await idsOf({ workflow: 'test' })).toEqual(['d8', 'd7', 'd5', 'd4', 'd2', 'd1']);
      expect(await idsOf({ workflow: 'test', run: 'r1' })).toEqual(['d7', 'd5', 'd1']);
      expect(await store.deadLetter('d0')).toEqual(letters[0]);
    });

    test('are shown one by one and deleted for good', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      await writer.write([], { deadLetters: [letter('a'), letter('b')] });
      expect(await store.deleteDeadLetter('a')).toBe(true);
      expect(await store.deleteDeadLetter('a')).toBe(false);
      expect(await store.deadLetter('a')).toBeUndefined();
      expect((await store.deadLetters({}, { limit: 9 })).items).toEqual([letter('b')]);
    });

    test('beyond the limit the oldest give way', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      for (let n = 0; n < 25; n += 1) await writer.write([], { deadLetters: [letter(`d${n}`, { at: n })] });
      const { items } = await store.deadLetters({}, { limit: 100 });
      expect(items.map(({ at }) => at)).toEqual([24, 23, 22, 21, 20, 19, 18, 17, 16, 15]);
    });
  });

  describe('definitions', () => {
    const put = (store: StateStore, name: string, definition: unknown, format = 'triggers') =>
      store.putWorkflow({ name, format, definition, createdAt: '2026-01-01T00:00:00Z' });

    test('versions count up; the same definition again is the version there is', async () => {
      const { store } = subject;
      const first = await put(store, 'w', { a: [1, { b: null }] });
      expect(first).toEqual({
        name: 'w',
        version: 1,
        format: 'triggers',
        definition: { a: [1, { b: null }] },
        createdAt: '2026-01-01T00:00:00Z',
      });
      expect(await put(store, 'w', { a: [1, { b: null }] })).toEqual(first);
      expect((await put(store, 'w', { a: 2 })).version).toBe(2);
      expect((await put(store, 'w', { a: 2 }, 'dag')).version).toBe(3);
      expect((await put(store, 'w', { a: [1, { b: null }] })).version).toBe(4);
      expect(await store.listVersions('w')).toEqual([1, 2, 3, 4]);
      expect(await store.getWorkflow('w', 1)).toEqual(first);
      expect((await store.getWorkflow('w'))?.version).toBe(4);
      expect(await store.newestVersion('w')).toBe(4);
      expect(await store.getWorkflow('w', 5)).toBeUndefined();
      expect(await store.getWorkflow('none')).toBeUndefined();
      expect(await store.listVersions('none')).toEqual([]);
      expect(await store.newestVersion('none')).toBeUndefined();
    });

    test('the order of members makes no new version', async () => {
      const { store } = subject;
      await put(store, 'w', { a: 1, b: 2 });
      expect((await put(store, 'w', { b: 2, a: 1 })).version).toBe(1);
    });

    test('are listed by name, the newest version of each', async () => {
      const { store } = subject;
      for (const name of ['b', 'a-2', 'a', 'c', 'A']) await put(store, name, { name });
      await put(store, 'a', { name: 'newer' });
      const found = await collect((cursor) => store.listWorkflows({ limit: 2, ...cursor }));
      expect(found.map(({ name, version }) => `${name} ${version}`)).toEqual([
        'A 1',
        'a 2',
        'a-2 1',
        'b 1',
        'c 1',
      ]);
    });

    test('deleting "test" never touches "test-2", nor a run that lives', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const others = ['test-2', 'test.x', 'tes', 'Test', 'test0', 'te%t', 'te_t'];
      for (const name of ['test', ...others]) await put(store, name, { name });
      const of = (name: string, n: number) => keyIn(0, name, n);
      await writer.write([
        ended(of('test', 1)),
        started(of('test', 2)),
        ...others.map((name) => ended(of(name, 3))),
      ]);
      await subject.settle();
      await writer.write([ended(of('test', 4))]);
      expect(await store.deleteWorkflow('test')).toBe(true);
      expect(await store.deleteWorkflow('test')).toBe(false);
      expect(await store.getWorkflow('test')).toBeUndefined();
      expect(await store.getWorkflow('test', 1)).toBeUndefined();
      const gone = await store.loadRuns(0, [of('test', 1), of('test', 4)]);
      expect(gone).toEqual([undefined, undefined]);
      expect(await store.getRun(of('test', 2))).toBeDefined();
      for (const name of others) {
        expect(await store.getWorkflow(name)).toBeDefined();
        expect(await store.getRun(of(name, 3))).toBeDefined();
      }
      expect((await store.listWorkflows({ limit: 100 })).items).toHaveLength(others.length);
    });

    test('a name used again goes on counting: a version never comes to mean another definition', async () => {
      const { store } = subject;
      await put(store, 'w', { a: 1 });
      await put(store, 'w', { a: 2 });
      await store.deleteWorkflow('w');
      expect((await put(store, 'w', { a: 2 })).version).toBe(3);
      expect(await store.listVersions('w')).toEqual([3]);
    });
  });
}

/** All items, page by page. */
async function collect<T>(page: (cursor: { cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: { cursor?: string } = {};
  for (;;) {
    const found = await page(cursor);
    all.push(...found.items);
    if (found.cursor === undefined) return all;
    cursor = { cursor: found.cursor };
  }
}
