import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEMBERS_PER_CHUNK } from '../../src/conditions/index.ts';
import type { JoinCondition } from '../../src/model/documents.ts';
import { Observed } from './observed.ts';

/** Deliveries of `members`, each at least once, in any order, with a place where the expected number becomes known. */
const deliveries = fc.integer({ min: 1, max: 12 }).chain((members) =>
  fc.record({
    members: fc.constant(members),
    order: fc
      .array(fc.nat({ max: members - 1 }), { maxLength: 12 })
      .chain((again) =>
        fc.shuffledSubarray([...Array(members).keys(), ...again], { minLength: members + again.length }),
      ),
    toldAt: fc.nat({ max: 24 }),
    reloads: fc.array(fc.nat({ max: 24 }), { maxLength: 4 }),
    stepEvents: fc.constantFrom(1, 2, 1000),
  }),
);

const KINDS: readonly ((members: number) => JoinCondition)[] = [
  (members) => ({ type: 'join', expected: members, by: 'index' }),
  (members) => ({ type: 'join', expected: Array.from({ length: members }, (_, i) => `m${i}`) }),
  (members) => ({ type: 'join', expected: `${members}`, by: 'event.data.key' }),
  () => ({ type: 'join', expectedFrom: { type: 'expected', value: 'event.data.count' } }),
];

describe('a join fires exactly once, at the last of what it waits for', () => {
  it.each(KINDS.map((kind, place) => [kind(3).by ?? (place === 1 ? 'list' : 'told later'), kind] as const))(
    '(by %s) whatever the order, the duplication, the batches and the reloads',
    (_name, kind) => {
      fc.assert(
        fc.property(deliveries, ({ members, order, toldAt, reloads, stepEvents }) => {
          const condition = kind(members);
          const observed = new Observed(condition, { limits: { stepEvents } });
          const later = condition.expectedFrom !== undefined;
          const events: (number | 'told')[] = [...order];
          if (later) events.splice(Math.min(toldAt, order.length), 0, 'told');
          const missing = new Set<number | 'told'>([...order, ...(later ? (['told'] as const) : [])]);
          let stored = false;
          events.forEach((member, place) => {
            if (reloads.includes(place)) {
              if (stored || place > 0) observed.driver.reload();
              stored = true;
            }
            if (member === 'told') observed.send('expected', undefined, { data: { count: members } });
            else observed.send('a', `m${member}`, { data: { index: member, key: `k${member}` } });
            while (observed.driver.run.hasWork) observed.driver.give({ kind: 'continue' });
            missing.delete(member);
            observed.listen();
            expect(observed.count).toBe(missing.size === 0 ? 1 : 0);
          });
        }),
        { numRuns: 60 },
      );
    },
  );
});

describe('a wide join', () => {
  it('writes its last chunk and nothing else of its members', () => {
    const wide = 3 * MEMBERS_PER_CHUNK + 5;
    const observed = new Observed({
      type: 'join',
      expected: 10 * MEMBERS_PER_CHUNK,
      by: 'index',
      collect: true,
    });
    for (let index = 0; index < wide; index++) {
      observed.send('a', 's', { data: { index } });
      if (index % 50 === 0) observed.driver.save();
    }
    observed.driver.save();
    const before = new Map(observed.driver.stored);
    observed.send('a', 's', { data: { index: wide } }).driver.save();
    const changed = [...observed.driver.stored].filter(([key, value]) => before.get(key) !== value);
    const chunks = changed.map(([key]) => key).filter((key) => key.startsWith('m'));
    expect(chunks).toEqual(['m|observed|3']);
    expect([...before.keys()].filter((key) => key.startsWith('m'))).toHaveLength(4);
  });

  it('stored and loaded at any place knows the members it had, and drops their chunks when it has fired', () => {
    const expected = 2 * MEMBERS_PER_CHUNK + 1;
    const observed = new Observed({ type: 'join', expected, by: 'index' });
    for (let index = 0; index < expected; index++) {
      observed.send('a', 's', { data: { index } });
      if ([0, MEMBERS_PER_CHUNK - 1, MEMBERS_PER_CHUNK, 200].includes(index)) observed.driver.reload();
      observed.send('a', 's', { data: { index } });
      if (index < expected - 1) expect(observed.count).toBe(0);
    }
    expect(observed.names).toEqual(['fire']);
    observed.driver.reload();
    expect([...observed.driver.stored.keys()].filter((key) => key.startsWith('m'))).toEqual([]);
    expect(observed.send('a', 's', { data: { index: expected + 1 } }).count).toBe(1);
  });

  it('with `reset: on-fire` never mixes the members of two rounds, also across a reload', () => {
    const expected = MEMBERS_PER_CHUNK + 2;
    const observed = new Observed({ type: 'join', expected, by: 'index', reset: 'on-fire' });
    for (let round = 1; round <= 3; round++) {
      for (let index = 0; index < expected; index++) {
        observed.send('a', 's', { data: { index } });
        if (index % 40 === 0) observed.driver.reload();
      }
      expect(observed.count).toBe(round);
    }
  });
});
