import fc from 'fast-check';
import { expect } from 'vitest';
import type { MemoryStore, RunChange, StateStore } from '../../src/stores/index.ts';
import { cellsOf, ended, keyIn, started } from '../conformance/batches.ts';

export const KEYS = Array.from({ length: 6 }, (_, n) => keyIn(0, n % 2 ? 'test' : 'test-2', n));
/** A change as drawn; its history's numbers are added when it is applied. */
export const change = fc.record({
  run: fc.nat(KEYS.length - 1),
  kind: fc.constantFrom('start', 'cells', 'cells', 'cells', 'end', 'delete'),
  cells: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'e1', 'e2', 't'), fc.option(fc.json(), { nil: null })), {
    maxLength: 4,
  }),
  entries: fc.nat(3),
});
type Drawn = typeof change extends fc.Arbitrary<infer T> ? T : never;
/** Counts each run's history, as a worker does. */
export class Histories {
  readonly #length = new Map<string, number>();
  readonly #live = new Set<string>();

  toChanges(drawn: readonly Drawn[]): RunChange[] {
    const seen = new Set<number>();
    return drawn
      .filter(({ run }) => !seen.has(run) && seen.add(run))
      .flatMap((one) => {
        const key = KEYS[one.run]!;
        if (one.kind === 'delete') {
          this.forget(key);
          return [{ key, cells: [], deleted: true }];
        }
        if (one.kind === 'cells' && !this.#live.has(key)) return [];
        if (one.kind === 'end') this.#live.delete(key);
        else this.#live.add(key);
        const from = this.#length.get(key) ?? 0;
        const history = Array.from({ length: one.entries }, (_, i) => `"${from + i + 1}"`);
        this.#length.set(key, from + one.entries);
        const cells = one.cells as [string, string | null][];
        const base =
          one.kind === 'end'
            ? ended(key)
            : one.kind === 'start'
              ? started(key, { labels: { n: `${from}` } }, cells)
              : { key, cells };
        return [{ ...base, ...(history.length > 0 && { history, historyFrom: from + 1 }) }];
      });
  }
  forget(key: string): void {
    this.#length.delete(key);
    this.#live.delete(key);
  }
}

/** All runs, histories and what a takeover reads; takes partition 0 over as `token-1`. */
export async function expectSame(memory: MemoryStore, store: StateStore): Promise<void> {
  for (const key of KEYS) {
    const [mine, theirs] = [await memory.getRun(key), await store.getRun(key)];
    expect(theirs?.head).toEqual(mine?.head);
    expect(cellsOf(theirs)).toEqual(cellsOf(mine));
    expect(await store.history(key, 1, 100)).toEqual(await memory.history(key, 1, 100));
  }
  const owner = { token: 'token-1', epoch: 1 };
  const byPlace = (x: { run: string; cell: string }, y: { run: string; cell: string }) =>
    `${x.run} ${x.cell}` < `${y.run} ${y.cell}` ? -1 : 1;
  const [mine, theirs] = [await memory.acquire(0, owner), await store.acquire(0, owner)];
  expect({ ...theirs, pending: [...theirs.pending].sort(byPlace) }).toEqual({
    ...mine,
    pending: [...mine.pending].sort(byPlace),
  });
}
