import { eventsCountOnce } from '../../simulator/checkers/p2-exactly-once.ts';
import { joinsFireOnce } from '../../simulator/checkers/p3-joins.ts';
import { noRunIsParked } from '../../simulator/checkers/p6-not-parked.ts';
import { earlyEventsAreKept } from '../../simulator/checkers/p7-early-events.ts';
import { stateFollowsHistory } from '../../simulator/checkers/p8-history.ts';
import { everythingIsBounded } from '../../simulator/checkers/p9-bounds.ts';
import type { ChaosOutcome } from '../outcome.ts';
import { acknowledgedEventsAreKept } from './p1-nothing-lost.ts';
import { firingsAreCalledOnce } from './p3-firings.ts';
import { callsBelongToEffects } from './p4-calls.ts';
import { ownersFollowInOrder } from './p5-owners.ts';
import { runsEndAsTheyMust } from './p6-runs.ts';
import { deadLettersFit } from './p10-dead-letters.ts';

/** Looks at what came of a chaos run and answers one line for each promise broken. */
export type Checker = (outcome: ChaosOutcome) => Iterable<string>;

/** Those of the simulator look at the same histories; the others at what only a run over real servers has. */
export const CHECKERS: Readonly<Record<string, readonly Checker[]>> = {
  P1: [acknowledgedEventsAreKept],
  P2: [eventsCountOnce],
  P3: [joinsFireOnce, firingsAreCalledOnce],
  P4: [callsBelongToEffects],
  P5: [ownersFollowInOrder],
  P6: [noRunIsParked, runsEndAsTheyMust],
  P7: [earlyEventsAreKept],
  P8: [stateFollowsHistory],
  P9: [everythingIsBounded],
  P10: [deadLettersFit],
};

/** P11 is no checker of its own: after a loss all the others hold over what the store came back with. */
export function check(outcome: ChaosOutcome): string[] {
  const violations: string[] = [];
  for (const [promise, checkers] of Object.entries(CHECKERS)) {
    const found = checkers.flatMap((checker) => [...checker(outcome)]);
    for (const line of new Set(found)) violations.push(`${promise}: ${line}`);
  }
  for (const line of outcome.ledger.unanswered) violations.push(`P6: never acknowledged: ${line}`);
  for (const line of outcome.noticed) violations.push(line);
  return violations;
}
