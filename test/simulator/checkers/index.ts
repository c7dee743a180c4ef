import type { Outcome } from '../outcome.ts';
import { acknowledgedEventsAreKept } from './p1-nothing-lost.ts';
import { eventsCountOnce } from './p2-exactly-once.ts';
import { joinsFireOnce } from './p3-joins.ts';
import { effectsComplete } from './p4-effects.ts';
import { fencedWorkersWriteNothing } from './p5-fencing.ts';
import { noRunIsParked } from './p6-not-parked.ts';
import { earlyEventsAreKept } from './p7-early-events.ts';
import { stateFollowsHistory } from './p8-history.ts';
import { everythingIsBounded } from './p9-bounds.ts';
import { poisonIsIsolated } from './p10-isolation.ts';
import { lossIsConsistent } from './p11-store-loss.ts';

/** Looks at what came of a simulation and answers one line for each promise broken. */
export type Checker = (outcome: Outcome) => Iterable<string>;

export const CHECKERS: Readonly<Record<string, Checker>> = {
  P1: acknowledgedEventsAreKept,
  P2: eventsCountOnce,
  P3: joinsFireOnce,
  P4: effectsComplete,
  P5: fencedWorkersWriteNothing,
  P6: noRunIsParked,
  P7: earlyEventsAreKept,
  P8: stateFollowsHistory,
  P9: everythingIsBounded,
  P10: poisonIsIsolated,
  P11: lossIsConsistent,
};

export function* check(outcome: Outcome): Generator<string> {
  for (const [promise, checker] of Object.entries(CHECKERS)) {
    for (const line of checker(outcome)) yield `${promise}: ${line}`;
  }
}
