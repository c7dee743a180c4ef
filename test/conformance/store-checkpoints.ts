import { describe, expect, test } from 'vitest';
import { cellsOf, head, keyIn, letter, started, Writer } from './batches.ts';
import type { Subject } from './state-store.ts';

const fenced = { code: 'FENCED' };

export function checkpointPromises(subject: Subject): void {
  describe('takeover', () => {
    test('an untouched partition stands at the beginning', async () => {
      const { store } = subject;
      expect(await store.epochOf(0)).toBe(0);
      expect(await store.acquire(0, { token: 'a', epoch: 1 })).toEqual({
        position: 0,
        checkpoint: 0,
        dedupe: [],
        pending: [],
        takeovers: 1,
        suspect: undefined,
      });
      expect(await store.epochOf(0)).toBe(1);
      expect(await store.epochOf(1)).toBe(0);
    });

    test('a lower epoch is refused, so is the same under another token; the owner itself may come again', async () => {
      const { store } = subject;
      await store.acquire(0, { token: 'a', epoch: 5 });
      await expect(store.acquire(0, { token: 'b', epoch: 4 })).rejects.toMatchObject(fenced);
      await expect(store.acquire(0, { token: 'b', epoch: 5 })).rejects.toMatchObject(fenced);
      expect((await store.acquire(0, { token: 'a', epoch: 5 })).takeovers).toBe(2);
      expect((await store.acquire(0, { token: 'b', epoch: 6 })).takeovers).toBe(3);
      expect((await store.acquire(0, { token: 'c', epoch: 7, again: true })).takeovers).toBe(3);
      expect(await store.epochOf(0)).toBe(7);
    });

    test('a refused takeover does not fence the rightful owner nor count', async () => {
      const { store } = subject;
      const rightful = await Writer.acquire(store, 0, 7);
      await expect(store.acquire(0, { token: 'late', epoch: 3 })).rejects.toMatchObject(fenced);
      await rightful.write([]);
      expect((await store.acquire(0, { token: 'next', epoch: 8 })).takeovers).toBe(1);
    });

    test('the old owner is fenced: it cannot checkpoint nor mark a suspect', async () => {
      const { store } = subject;
      const old = await Writer.acquire(store, 0, 1);
      const key = keyIn(0, 'w', 1);
      await Writer.acquire(store, 0, 2);
      await expect(old.write([started(key)])).rejects.toMatchObject(fenced);
      await expect(store.markSuspect(0, old.owner, { offset: 4, tries: 1 })).rejects.toMatchObject(fenced);
      expect(await store.getRun(key)).toBeUndefined();
    });

    test('partitions are owned apart', async () => {
      const { store } = subject;
      const zero = await Writer.acquire(store, 0, 1, 'zero');
      const one = await Writer.acquire(store, 1, 9, 'one');
      await zero.write([]);
      await one.write([], { position: 77 });
      expect(await store.acquire(1, { token: 'x', epoch: 10 })).toMatchObject({
        position: 77,
        checkpoint: 1,
      });
      expect(await store.acquire(0, { token: 'x', epoch: 2 })).toMatchObject({ position: 10, checkpoint: 1 });
    });

    test('takeovers count up until a checkpoint, and the suspect is remembered until then', async () => {
      const { store } = subject;
      const first = await Writer.acquire(store, 0, 1);
      await first.write([]);
      const { owner } = await Writer.acquire(store, 0, 2);
      await store.markSuspect(0, owner, { offset: 10, tries: 1 });
      await store.markSuspect(0, owner, { offset: 12, tries: 3 });
      expect(await store.acquire(0, { token: 'c', epoch: 3 })).toMatchObject({
        takeovers: 2,
        suspect: { offset: 12, tries: 3 },
      });
      const fourth = await Writer.acquire(store, 0, 4);
      await fourth.write([]);
      expect(await store.acquire(0, { token: 'e', epoch: 5 })).toMatchObject({
        takeovers: 1,
        suspect: undefined,
      });
    });

    test.each([false, true])(
      'gives back all pending effects and timers, and nothing else (settled: %s)',
      async (settled) => {
        const { store } = subject;
        const writer = await Writer.acquire(store);
        const other = await Writer.acquire(store, 1);
        const [a, b, c] = [1, 2, 3].map((n) => keyIn(0, 'w', n)) as [string, string, string];
        const cells = [
          ['e1', '"call"'],
          ['t:x', '"timer"'],
          ['c1', '"context"'],
          ['s', '"scope"'],
        ] as const;
        await writer.write([started(a, {}, cells), started(b, {}, cells), started(c, {}, cells)]);
        await other.write([started(keyIn(1, 'w', 4), {}, cells)]);
        if (settled) await subject.settle();
        await writer.write([
          {
            key: a,
            cells: [
              ['e1', null],
              ['e2', '"again"'],
              ['t:x', '"moved"'],
            ],
          },
          { key: b, cells: [], head: head(b, { status: 'FAILED', endedAt: 3 }), ended: true },
          { key: c, cells: [], deleted: true },
        ]);
        const { pending } = await store.acquire(0, { token: 'next', epoch: 2 });
        expect([...pending].sort((x, y) => (x.cell < y.cell ? -1 : 1))).toEqual([
          { run: a, cell: 'e2', value: '"again"' },
          { run: a, cell: 't:x', value: '"moved"' },
        ]);
      },
    );
  });

  describe('checkpoint', () => {
    test('moves position, number, runs, dedupe and dead letters together', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      const dedupe = Uint32Array.of(1, 0xffff_ffff);
      await writer.write([started(key, {}, [['c', '1']])], {
        position: 42,
        dedupe,
        deadLetters: [letter('d1')],
      });
      expect(await store.acquire(0, { token: 'b', epoch: 2 })).toMatchObject({
        position: 42,
        checkpoint: 1,
        dedupe: [dedupe],
      });
      expect(await store.getRun(key)).toEqual({ head: head(key), cells: [['c', '1']] });
      expect(await store.deadLetter('d1')).toEqual(letter('d1'));
    });

    test('the same number again by the same owner is a no-op: a lost reply may be asked for again', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      await writer.write([started(key, {}, [['c', '1']])]);
      const second = writer.next({
        runs: [{ key, cells: [['c', '2']], history: ['"h"'], historyFrom: 1 }],
        dedupe: Uint32Array.of(5, 6),
      });
      await store.checkpoint(second);
      await store.checkpoint(second);
      await store.checkpoint({ ...second, runs: [{ key, cells: [['c', '"never"']] }], position: 999 });
      expect((await store.getRun(key))?.cells).toEqual([['c', '2']]);
      expect(await store.history(key, 1, 10)).toEqual([{ sequence: 1, value: '"h"' }]);
      const state = await store.acquire(0, { token: 'b', epoch: 2 });
      expect(state).toMatchObject({ position: 20, checkpoint: 2 });
      expect(state.dedupe).toHaveLength(1);
    });

    test.each([-1, 1, 5])('any other number is refused whole (off by %i)', async (off) => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      await writer.write([]);
      await writer.write([]);
      const key = keyIn(0, 'w', 1);
      const wrong = writer.next({
        runs: [started(key)],
        deadLetters: [letter('d')],
        dedupe: Uint32Array.of(1, 2),
      });
      const number = off < 0 ? 1 : wrong.number + off;
      await expect(store.checkpoint({ ...wrong, number })).rejects.toMatchObject(fenced);
      expect(await store.getRun(key)).toBeUndefined();
      expect(await store.deadLetter('d')).toBeUndefined();
      await store.checkpoint(wrong);
      expect(await store.getRun(key)).toBeDefined();
    });

    test('the number of another owner is no no-op', async () => {
      const { store } = subject;
      const old = await Writer.acquire(store, 0, 1);
      const batch = old.next();
      await store.checkpoint(batch);
      await Writer.acquire(store, 0, 2);
      await expect(store.checkpoint(batch)).rejects.toMatchObject(fenced);
    });

    test('checkpoints sent one behind the other without waiting are written in that order', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      const first = writer.write([started(key, {}, [['c', '0']])]);
      const rest = Array.from({ length: 50 }, (_, i) => writer.write([{ key, cells: [['c', `${i + 1}`]] }]));
      await Promise.all([first, ...rest]);
      expect((await store.getRun(key))?.cells).toEqual([['c', '50']]);
      expect(await store.acquire(0, { token: 'b', epoch: 2 })).toMatchObject({
        checkpoint: 51,
        position: 510,
      });
    });

    test('a refused one among others in flight harms none of them', async () => {
      const { store } = subject;
      const zero = await Writer.acquire(store, 0);
      const one = await Writer.acquire(store, 1);
      const keys = [keyIn(0, 'w', 1), keyIn(1, 'w', 2)] as const;
      const results = await Promise.allSettled([
        zero.write([started(keys[0])]),
        store.checkpoint({ ...zero.next(), number: 77, runs: [started(keyIn(0, 'w', 3))] }),
        one.write([started(keys[1])]),
        store.acquire(1, { token: 'late', epoch: 0 }),
        store.putRecord('c', 'id', 'v'),
      ]);
      expect(results.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
        'rejected',
        'fulfilled',
      ]);
      expect((await store.loadRuns(0, [keys[0]]))[0]).toBeDefined();
      expect((await store.loadRuns(1, [keys[1]]))[0]).toBeDefined();
      expect(await store.getRun(keyIn(0, 'w', 3))).toBeUndefined();
      expect(await store.getRecord('c', 'id')).toBe('v');
    });

    test('a takeover in the middle of checkpoints sees all or nothing of each', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const key = keyIn(0, 'w', 1);
      const before = [1, 2, 3].map((i) => writer.write([started(key, {}, [['e', `${i}`]])]));
      const takeover = store.acquire(0, { token: 'b', epoch: 2 });
      const after = [4, 5].map((i) => writer.write([started(key, {}, [['e', `${i}`]])]));
      const [state] = await Promise.all([takeover, Promise.allSettled([...before, ...after])]);
      const value = state.checkpoint === 0 ? [] : [{ run: key, cell: 'e', value: `${state.checkpoint}` }];
      expect(state.pending).toEqual(value);
      expect(state.position).toBe(state.checkpoint * 10);
      expect(cellsOf(await store.getRun(key)) ?? []).toEqual(value.map((cell) => ['e', cell.value]));
      await expect(store.checkpoint(writer.next({ number: state.checkpoint + 1 }))).rejects.toMatchObject(
        fenced,
      );
    });
  });

  describe('dedupe blocks', () => {
    test('come back whole, the oldest first; an empty one is none', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const blocks = [Uint32Array.of(1, 2), Uint32Array.of(3, 4, 5, 0xdead_beef), Uint32Array.of(7, 8)];
      await writer.write([], { dedupe: blocks[0]! });
      await writer.write([]);
      await writer.write([], { dedupe: blocks[1]! });
      await writer.write([], { dedupe: blocks[2]! });
      const other = await Writer.acquire(store, 1);
      await other.write([], { dedupe: Uint32Array.of(9, 9) });
      expect((await store.acquire(0, { token: 'b', epoch: 2 })).dedupe).toEqual(blocks);
    });

    test('leave from the oldest end, in whole', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const other = await Writer.acquire(store, 1);
      await other.write([], { dedupe: Uint32Array.of(9, 9) });
      for (let i = 1; i <= 5; i += 1) await writer.write([], { dedupe: Uint32Array.of(i, i) });
      await writer.write([], { dedupeDropped: 2 });
      await writer.write([], { dedupeDropped: 1, dedupe: Uint32Array.of(6, 6) });
      const { dedupe } = await store.acquire(0, { token: 'b', epoch: 2 });
      expect(dedupe.map((block) => block[0])).toEqual([4, 5, 6]);
      expect((await store.acquire(1, { token: 'b', epoch: 2 })).dedupe).toHaveLength(1);
    });

    test('are copies: the caller may use its array again', async () => {
      const { store } = subject;
      const writer = await Writer.acquire(store);
      const whole = Uint32Array.of(0, 1, 2, 3, 4, 5);
      await writer.write([], { dedupe: whole.subarray(2, 4) });
      whole.fill(0);
      expect((await store.acquire(0, { token: 'b', epoch: 2 })).dedupe).toEqual([Uint32Array.of(2, 3)]);
    });
  });
}
