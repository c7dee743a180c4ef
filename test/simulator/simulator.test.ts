import { describe, expect, it } from 'vitest';
import { simulate } from './simulation.ts';

const SEEDS = 500;
const PER_TEST = 50;

/** What a person needs who meets a failure here. */
function reportOf({ seed, kinds, violations }: Awaited<ReturnType<typeof simulate>>): string[] {
  if (violations.length === 0) return [];
  return [`seed ${seed} [${kinds}]: ${violations.join('; ')} (npm run simulate -- --seed ${seed} --trace)`];
}

describe('P1 to P11 hold in simulations full of faults', () => {
  for (let first = 1; first <= SEEDS; first += PER_TEST) {
    it(`seeds ${first} to ${first + PER_TEST - 1}`, async () => {
      for (let seed = first; seed < first + PER_TEST; seed++)
        expect(reportOf(await simulate({ seed }))).toEqual([]);
    });
  }
});

describe('a simulation', () => {
  it('is the same each time it runs: the trace has the same hash', async () => {
    for (const seed of [3, 17, 52, 138]) {
      const first = await simulate({ seed });
      const again = await simulate({ seed, trace: true });
      expect([again.hash, again.violations]).toEqual([first.hash, first.violations]);
    }
  });

  it('without faults meets none, and keeps every promise', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const result = await simulate({ seed, faults: false });
      expect([result.faults, reportOf(result)]).toEqual([{}, []]);
    }
  });

  it('meets faults of every kind within a few hundred seeds', async () => {
    const met = new Set<string>();
    for (let seed = 1000; seed < 1100; seed++) {
      for (const kind of Object.keys((await simulate({ seed })).faults)) met.add(kind);
    }
    met.delete('scapegoat');
    expect([...met].sort()).toEqual(
      [
        'appendFails',
        'appendFailsAfter',
        'appendHangs',
        'crash',
        'delay',
        'duplicate',
        'misrouted',
        'rebalance',
        'restart',
        'storeFailsAfter',
        'storeFailsBefore',
        'storeLoss',
        'storeStalls',
        'targetAnswersTwice',
        'targetFails',
        'targetHangs',
      ].sort(),
    );
  });
});
