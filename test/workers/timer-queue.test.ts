import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerQueue } from '../../src/workers/timer-queue.ts';

function takeAll(queue: TimerQueue, now: number) {
  const taken: { key: string; at: number }[] = [];
  for (let due = queue.takeDue(now); due !== undefined; due = queue.takeDue(now)) taken.push(due);
  return taken;
}

describe('the timer queue', () => {
  it('gives what is due in the order of the times, and each once', () => {
    const queue = new TimerQueue();
    for (const [key, at] of [
      ['c', 30],
      ['a', 10],
      ['b', 20],
      ['d', 40],
    ] as const)
      queue.set(key, at);
    expect(queue.nextAt).toBe(10);
    expect(queue.takeDue(9)).toBeUndefined();
    expect(takeAll(queue, 30).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(queue.size).toBe(1);
    expect(takeAll(queue, 30)).toEqual([]);
  });

  it('moves a key that is set again, in both directions, and forgets where it was', () => {
    const queue = new TimerQueue();
    queue.set('a', 10);
    queue.set('a', 50);
    queue.set('b', 40);
    queue.set('b', 5);
    expect(takeAll(queue, 45)).toEqual([{ key: 'b', at: 5 }]);
    expect(takeAll(queue, 50)).toEqual([{ key: 'a', at: 50 }]);
    expect(queue.nextAt).toBeUndefined();
  });

  it('a cancelled key never comes, unless it is set again', () => {
    const queue = new TimerQueue();
    queue.set('a', 10);
    queue.cancel('a');
    queue.cancel('never');
    expect([queue.nextAt, queue.size]).toEqual([undefined, 0]);
    queue.set('a', 10);
    expect(takeAll(queue, 10)).toEqual([{ key: 'a', at: 10 }]);
  });

  it('agrees with a sorted list, whatever is set, moved, cancelled and taken', () => {
    const key = fc.constantFrom(...'abcdefgh');
    const operation = fc.oneof(
      fc.record({ op: fc.constant('set' as const), key, at: fc.nat({ max: 50 }) }),
      fc.record({ op: fc.constant('cancel' as const), key }),
      fc.record({ op: fc.constant('take' as const), now: fc.nat({ max: 50 }) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
        const queue = new TimerQueue();
        const reference = new Map<string, number>();
        for (const each of operations) {
          if (each.op === 'set') {
            queue.set(each.key, each.at);
            reference.set(each.key, each.at);
          } else if (each.op === 'cancel') {
            queue.cancel(each.key);
            reference.delete(each.key);
          } else {
            const due = [...reference].filter(([, at]) => at <= each.now);
            for (const [name] of due) reference.delete(name);
            const taken = takeAll(queue, each.now);
            expect(taken.map(({ at }) => at)).toEqual(due.map(([, at]) => at).toSorted((a, b) => a - b));
            expect(new Map(taken.map(({ key: name, at }) => [name, at]))).toEqual(new Map(due));
          }
          expect(queue.size).toBe(reference.size);
          expect(queue.nextAt).toBe(reference.size === 0 ? undefined : Math.min(...reference.values()));
        }
      }),
      { numRuns: 200 },
    );
  });
});
