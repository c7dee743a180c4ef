import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HashFilter } from '../../src/stores/sqlite/hash-filter.ts';

test('the filter knows exactly the hashes that were added, zero and negative ones too', () => {
  const hash = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
  fc.assert(
    fc.property(fc.array(hash), fc.array(hash), (added, asked) => {
      const filter = new HashFilter();
      for (const each of added) filter.add(each);
      for (const each of [...added, ...asked]) expect(filter.has(each)).toBe(added.includes(each));
    }),
  );
});

test('the filter grows and forgets nothing', () => {
  const filter = new HashFilter();
  for (let i = 0; i < 100_000; i++) filter.add(Math.imul(i, 0x9e3779b1) | 0);
  let missed = 0;
  for (let i = 0; i < 100_000; i++) if (!filter.has(Math.imul(i, 0x9e3779b1) | 0)) missed++;
  expect(missed).toBe(0);
});
