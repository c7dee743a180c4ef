import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DedupeWindow, type EventHash, HASH_SEED, hashText } from '../../src/workers/dedupe-window.ts';

function hashOf(...texts: string[]): EventHash {
  const hash = { ...HASH_SEED };
  for (const text of texts) hashText(text, hash, hash);
  return hash;
}
const eventHash = (i: number) => hashOf('w/r', '/source', `event-${i}`);

/** Adds the events from `from` to below `to`, with a block after every `batch`; answers the blocks kept. */
function fill(window: DedupeWindow, blocks: Uint32Array[], from: number, to: number, batch: number): void {
  for (let i = from; i < to; i++) {
    expect(window.add(eventHash(i))).toBe(true);
    if ((i + 1 - from) % batch !== 0 && i !== to - 1) continue;
    const { block, dropped } = window.takeBlock();
    blocks.push(block);
    blocks.splice(0, dropped);
  }
}

describe('the hashes of events', () => {
  it('differ where (source, id) differ, also by where the one ends and the other begins', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
        fc.pre(a !== c || b !== d);
        expect(hashOf(a, b)).not.toEqual(hashOf(c, d));
      }),
      { numRuns: 1000 },
    );
    expect(hashOf('ab', 'c')).not.toEqual(hashOf('a', 'bc'));
    expect(hashOf('', 'a')).not.toEqual(hashOf('a', ''));
  });

  it('of 200,000 numbered events are all different', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 200_000; i++) {
      const { a, b } = eventHash(i);
      seen.add(`${a},${b}`);
    }
    expect(seen.size).toBe(200_000);
  });
});

describe('the dedupe window', () => {
  it('knows an event again, and one whose hashes are both zero', () => {
    const window = new DedupeWindow(100);
    expect([window.add(eventHash(1)), window.add(eventHash(1))]).toEqual([true, false]);
    expect([window.add({ a: 0, b: 0 }), window.add({ a: 0, b: 0 })]).toEqual([true, false]);
  });

  it.each([1, 7, 64])(
    'remembers at least half of its marks and at most all of them (blocks of %i)',
    (batch) => {
      const marks = 1000;
      const window = new DedupeWindow(marks);
      const blocks: Uint32Array[] = [];
      for (let at = 0; at < 5000; at += 50) {
        fill(window, blocks, at, at + 50, batch);
        const stored = blocks.reduce((sum, block) => sum + block.length / 2, 0);
        expect(stored).toBeGreaterThanOrEqual(Math.min(at + 50, marks / 2));
        expect(stored).toBeLessThanOrEqual(marks + 2 * batch);
      }
      for (let i = 5000 - marks / 2; i < 5000; i++) expect(window.add(eventHash(i))).toBe(false);
      expect(window.add(eventHash(0))).toBe(true);
    },
  );

  it('gives each mark out for storage once, and nothing when there are none', () => {
    const window = new DedupeWindow(100);
    window.add(eventHash(1));
    window.add(eventHash(1));
    window.add(eventHash(2));
    expect(window.takeBlock().block).toHaveLength(4);
    expect(window.takeBlock()).toEqual({ block: new Uint32Array(0), dropped: 0 });
  });

  it('loaded from the stored blocks knows what the other knew, and goes on like it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 20 }),
        (marks, batches) => {
          const window = new DedupeWindow(marks);
          const blocks: Uint32Array[] = [];
          let next = 0;
          for (const size of batches) {
            fill(window, blocks, next, next + size, size);
            next += size;
          }
          const loaded = new DedupeWindow(marks);
          for (const block of blocks) loaded.load(block);
          for (let round = 0; round < 5; round++) {
            for (let i = next; i < next + marks; i += 3) {
              expect(loaded.add(eventHash(i))).toBe(window.add(eventHash(i)));
            }
            next += marks;
            expect(loaded.takeBlock()).toEqual(window.takeBlock());
          }
          for (let i = 0; i < next; i++) expect(loaded.add(eventHash(i))).toBe(window.add(eventHash(i)));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('holds many marks without losing one', () => {
    const window = new DedupeWindow(200_000);
    for (let i = 0; i < 90_000; i++) expect(window.add(eventHash(i))).toBe(true);
    for (let i = 0; i < 90_000; i++) expect(window.add(eventHash(i))).toBe(false);
  });
});
