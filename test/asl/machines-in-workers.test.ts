import { describe, expect, it } from 'vitest';
import { simulate } from '../simulator/simulation.ts';
import { machines } from '../simulator/workloads/machines.ts';

const SEEDS = 300;
const PER_TEST = 50;

/** One to three machines on a cluster of one to four workers that crash, lose partitions and meet a failing store and log. */
function simulateMachines(seed: number) {
  return simulate({
    seed,
    workloads: (random) =>
      Array.from({ length: random.int(1, 3) }, (_, i) => machines(random.fork(), `w${i}`)),
  });
}

describe('random machines end in workers full of faults as in the interpreter', () => {
  for (let first = 1; first <= SEEDS; first += PER_TEST) {
    it(`seeds ${first} to ${first + PER_TEST - 1}`, async () => {
      for (let seed = first; seed < first + PER_TEST; seed++) {
        const { violations } = await simulateMachines(seed);
        expect([seed, ...violations]).toEqual([seed]);
      }
    });
  }
});
