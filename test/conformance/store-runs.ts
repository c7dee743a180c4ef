import { describe, expect, test } from 'vitest';
import { RUN_STATUSES } from '../../src/model/run.ts';
import type { RunChange } from '../../src/stores/state-store.ts';
import { cellsOf, ended, head, keyIn, started, Writer } from './batches.ts';
import type { Subject } from './state-store.ts';

/** Every test runs with what was written before still fresh, and settled. */
export function runPromises(subject: Subject): void {
  describe.each([false, true])('runs (settled: %s)', (settled) => {
    const settle = async () => {
      if (settled) await subject.settle();
    };

    test('loads in the order asked, undefined where there is none', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const [a, b, none] = [1, 2, 3].map((n) => keyIn(0, 'w', n)) as [string, string, string];
      await writer.write([started(a, {}, [['c', '"a"']]), started(b, {}, [['c', '"b"']])]);
      await settle();
      const runs = await store.loadRuns(0, [b, none, a, b]);
      expect(runs.map((run) => run?.head.key)).toEqual([b, undefined, a, b]);
      expect(runs[0]?.cells).toEqual([['c', '"b"']]);
      expect(await store.loadRuns(0, [])).toEqual([]);
      expect(await store.getRun(none)).toBeUndefined();
    });

    test('a head comes back as it was given', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      const given = head(key, {
        version: 3,
        status: 'PAUSED',
        labels: { team: 'ü', '': '' },
        body: '{"in":"😀\\n"}',
      });
      await writer.write([{ key, head: given, cells: [] }]);
      await settle();
      expect((await store.getRun(key))?.head).toEqual(given);
      const later = head(key, {
        version: 4,
        status: 'FAILED',
        endedAt: 9,
        labels: { team: 'b' },
        body: '{}',
      });
      await writer.write([{ key, head: later, cells: [] }]);
      expect((await store.getRun(key))?.head).toEqual(later);
    });

    test('cells are set, replaced and removed; the head stays where only cells change', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      await writer.write([
        started(key, {}, [
          ['a', '1'],
          ['b', '2'],
          ['e', '3'],
          ['t', '4'],
        ]),
      ]);
      await settle();
      await writer.write([
        {
          key,
          cells: [
            ['a', '10'],
            ['b', null],
            ['e', null],
            ['c', '5'],
            ['none', null],
          ],
        },
      ]);
      expect(await store.getRun(key)).toMatchObject({ head: head(key) });
      expect(cellsOf(await store.getRun(key))).toEqual([
        ['a', '10'],
        ['c', '5'],
        ['t', '4'],
      ]);
      await settle();
      await writer.write([{ key, cells: [['b', '"back"']] }]);
      await settle();
      expect(cellsOf(await store.getRun(key))).toEqual([
        ['a', '10'],
        ['b', '"back"'],
        ['c', '5'],
        ['t', '4'],
      ]);
    });

    test('cell keys and values may hold anything', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      const cells = [
        ['', '""'],
        ['c:a/b[0].1,2', '12:x'],
        ['e\n"', '{"a":"\\u001e"}'],
        ['ü€😀', `"${'y'.repeat(50_000)}"`],
      ] as const;
      await writer.write([started(key, {}, cells)]);
      await settle();
      expect(cellsOf(await store.getRun(key))).toEqual(cells);
    });

    test('an ended run loses its cells and keeps head and history; it may go on later', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      await writer.write([
        {
          ...started(key, {}, [
            ['a', '1'],
            ['e', '2'],
          ]),
          history: ['"in"'],
          historyFrom: 1,
        },
      ]);
      await settle();
      await writer.write([ended(key)]);
      await settle();
      expect(await store.getRun(key)).toEqual({ head: ended(key).head, cells: [] });
      expect(await store.history(key, 1, 10)).toHaveLength(1);
      await writer.write([
        { key, head: head(key), cells: [['b', '3']], history: ['"redrive"'], historyFrom: 2 },
      ]);
      await settle();
      expect(await store.getRun(key)).toEqual({ head: head(key), cells: [['b', '3']] });
      expect(await store.history(key, 1, 10)).toHaveLength(2);
    });

    test('a deleted run goes with head, cells and history; the same key may start anew', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      await writer.write([
        { ...started(key, { labels: { a: 'b' } }, [['a', '1']]), history: ['"old"'], historyFrom: 1 },
      ]);
      await settle();
      await writer.write([{ key, cells: [], deleted: true }]);
      expect(await store.getRun(key)).toBeUndefined();
      expect(await store.history(key, 1, 10)).toEqual([]);
      await settle();
      expect((await store.listRuns({ label: ['a', 'b'] }, { limit: 10 })).items).toEqual([]);
      await writer.write([{ ...started(key, {}, [['b', '2']]), history: ['"new"'], historyFrom: 1 }]);
      await settle();
      expect((await store.getRun(key))?.cells).toEqual([['b', '2']]);
      expect(await store.history(key, 1, 10)).toEqual([{ sequence: 1, value: '"new"' }]);
    });

    test('deleting and starting anew between two looks leaves nothing of the old', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      await writer.write([
        {
          ...started(key, {}, [
            ['a', '1'],
            ['e', '1'],
          ]),
          history: ['"old"'],
          historyFrom: 1,
        },
      ]);
      await settle();
      await writer.write([{ key, cells: [], deleted: true }]);
      await writer.write([started(key, {}, [['b', '2']])]);
      await settle();
      expect((await store.getRun(key))?.cells).toEqual([['b', '2']]);
      expect(await store.history(key, 1, 10)).toEqual([]);
    });

    test('history keeps its order and is read in pages', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      let next = 1;
      const append = (count: number): RunChange => {
        const history = Array.from({ length: count }, (_, i) => `"${next + i}"`);
        const change = { ...started(key), history, historyFrom: next };
        next += count;
        return change;
      };
      for (const count of [3, 1, 5]) await writer.write([append(count)]);
      await settle();
      for (const count of [2, 4]) await writer.write([append(count)]);
      const all = Array.from({ length: 15 }, (_, i) => ({ sequence: i + 1, value: `"${i + 1}"` }));
      expect(await store.history(key, 1, 100)).toEqual(all);
      for (let from = 1; from <= 16; from += 1) {
        expect(await store.history(key, from, 4)).toEqual(all.slice(from - 1, from + 3));
      }
      expect(await store.history(keyIn(0, 'w', 2), 1, 10)).toEqual([]);
    });

    test('a change without a head, of a run that is not there, leaves nothing behind', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      const stray: RunChange = {
        key,
        cells: [
          ['c', '1'],
          ['e', '2'],
        ],
        history: ['"h"'],
        historyFrom: 1,
      };
      await writer.write([stray]);
      await settle();
      await writer.write([{ ...started(key), history: ['"in"'], historyFrom: 1 }]);
      await writer.write([{ key, cells: [], deleted: true }]);
      await writer.write([stray]);
      await settle();
      expect(await store.getRun(key)).toBeUndefined();
      expect((await store.listRuns({}, { limit: 9 })).items).toEqual([]);
    });

    test('several changes of one run in one checkpoint are applied in their order', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      await writer.write([
        started(key, {}, [['e', '1']]),
        { ...ended(key), history: ['"in"'], historyFrom: 1 },
        { key, head: head(key, { status: 'PAUSED' }), cells: [['t', '2']] },
      ]);
      await settle();
      expect(await store.getRun(key)).toEqual({ head: head(key, { status: 'PAUSED' }), cells: [['t', '2']] });
      const statuses = async () =>
        (await Promise.all(RUN_STATUSES.map((status) => store.listRuns({ status }, { limit: 9 })))).flatMap(
          ({ items }) => items.map(({ status }) => status),
        );
      expect(await statuses()).toEqual(['PAUSED']);
      await writer.write([
        { key, cells: [], deleted: true },
        started(key, {}, [['b', '3']]),
        { key, cells: [['b', '4']] },
      ]);
      await settle();
      expect(await store.getRun(key)).toEqual({ head: head(key), cells: [['b', '4']] });
      expect(await statuses()).toEqual(['RUNNING']);
      const { pending } = await store.acquire(0, { token: 'next', epoch: 2 });
      expect(pending).toEqual([]);
    });

    test('many runs in one checkpoint, changed in turn', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const keys = Array.from({ length: 300 }, (_, n) => keyIn(0, 'w', n));
      await writer.write(keys.map((key, n) => started(key, {}, [['a', `${n}`]])));
      await settle();
      await writer.write(
        keys.filter((_, n) => n % 2 === 0).map((key) => ({ key, cells: [['a', '"even"']] })),
      );
      const runs = await store.loadRuns(0, keys);
      expect(runs.map((run) => run?.cells[0]?.[1])).toEqual(
        keys.map((_, n) => (n % 2 === 0 ? '"even"' : `${n}`)),
      );
    });
  });

  describe('retention', () => {
    test('beyond the limit the runs that ended first go, whole; those that live stay', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const live = keyIn(0, 'w', 1_000);
      await writer.write([started(live, { startedAt: 1 })]);
      const keys = Array.from({ length: 50 }, (_, n) => keyIn(0, 'w', n));
      for (const [n, key] of keys.entries()) {
        await writer.write([{ ...ended(key, { endedAt: 5_000 + n }), history: ['"h"'], historyFrom: 1 }]);
      }
      for (let i = 0; i < 50; i += 1) await writer.write([]);
      await subject.settle();
      const left = (await store.loadRuns(0, keys)).map((run) => run !== undefined);
      expect(left).toEqual(keys.map((_, n) => n >= 30));
      expect(await store.history(keys[0]!, 1, 1)).toEqual([]);
      expect(await store.history(keys[49]!, 1, 1)).toHaveLength(1);
      expect(await store.getRun(live)).toBeDefined();
    });
  });
}
