import type { Outcome } from '../outcome.ts';

/** Poison is put aside with its reason and stops nobody else: what is innocent is never taken for poison by reloads alone. */
export function* poisonIsIsolated(outcome: Outcome): Generator<string> {
  const deaths =
    (outcome.faults.crash ?? 0) + (outcome.faults.restart ?? 0) + (outcome.faults.rebalance ?? 0);
  for (const { reason, message, event } of outcome.deadLetters) {
    if (message === '') yield `a dead letter of reason ${reason} says nothing more`;
    if (reason !== 'POISONOUS_EVENT' || event?.includes('"poison') === true) continue;
    if (deaths === 0) yield `an innocent event was put aside as poisonous: ${event?.slice(0, 200)}`;
  }
}
