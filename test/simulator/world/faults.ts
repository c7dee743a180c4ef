import type { Random } from './random.ts';

/** How often each kind of fault strikes, per chance it has. All 0 once the simulation calms down. */
export interface FaultRates {
  /** A worker dies at a call of a port, before or after the call had its effect. */
  crash: number;
  storeFailsBefore: number;
  /** The call had its effect, the answer is lost. */
  storeFailsAfter: number;
  storeStalls: number;
  appendFails: number;
  /** Kept, but the producer is told otherwise. */
  appendFailsAfter: number;
  appendHangs: number;
  /** A record lies in the log again, further on. */
  duplicate: number;
  /** Records become visible late. */
  delay: number;
  targetFails: number;
  targetHangs: number;
  targetAnswersTwice: number;
  /** A producer picks a wrong partition. */
  misrouted: number;
}

/** `scapegoat`: an innocent event was taken for the killer of several processes (no fault, but what came of them). */
export type FaultKind = keyof FaultRates | 'rebalance' | 'storeLoss' | 'restart' | 'scapegoat';

const NONE: FaultRates = {
  crash: 0,
  storeFailsBefore: 0,
  storeFailsAfter: 0,
  storeStalls: 0,
  appendFails: 0,
  appendFailsAfter: 0,
  appendHangs: 0,
  duplicate: 0,
  delay: 0,
  targetFails: 0,
  targetHangs: 0,
  targetAnswersTwice: 0,
  misrouted: 0,
};

const HIGHEST: FaultRates = {
  crash: 0.01,
  storeFailsBefore: 0.06,
  storeFailsAfter: 0.06,
  storeStalls: 0.02,
  appendFails: 0.05,
  appendFailsAfter: 0.05,
  appendHangs: 0.01,
  duplicate: 0.15,
  delay: 0.2,
  targetFails: 0.15,
  targetHangs: 0.05,
  targetAnswersTwice: 0.1,
  misrouted: 0.1,
};

/** Draws which faults a simulation has and how often; counts those that struck. */
export class Faults {
  rates: FaultRates;
  /** Planned ones, over the time of the workload. */
  readonly rebalances: number;
  readonly storeLosses: number;
  readonly restarts: number;
  readonly counts: Partial<Record<FaultKind, number>> = {};
  readonly #random: Random;

  constructor(random: Random, enabled: boolean) {
    this.#random = random;
    const rates = { ...NONE };
    for (const kind of Object.keys(HIGHEST) as (keyof FaultRates)[]) {
      // Each seed leaves some kinds out, so that each kind is also met alone.
      if (enabled && random.chance(0.6)) rates[kind] = HIGHEST[kind] * random.next();
    }
    this.rates = rates;
    this.rebalances = enabled && random.chance(0.6) ? random.int(1, 4) : 0;
    this.storeLosses = enabled && random.chance(0.25) ? random.int(1, 2) : 0;
    this.restarts = enabled && random.chance(0.4) ? random.int(1, 3) : 0;
  }

  strikes(kind: keyof FaultRates): boolean {
    if (!this.#random.chance(this.rates[kind])) return false;
    this.count(kind);
    return true;
  }
  count(kind: FaultKind): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
  }
  /** No fault strikes any more. */
  calm(): void {
    this.rates = NONE;
  }
}
