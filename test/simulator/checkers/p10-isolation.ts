import type { Outcome } from '../outcome.ts';

/** Poison is put aside with its reason and stops nobody else: what is innocent is never taken for poison by reloads alone. */
export function* poisonIsIsolated(outcome: Outcome): Generator<string> {
  const deaths =
    (outcome.faults.crash ?? 0) + (outcome.faults.restart ?? 0) + (outcome.faults.rebalance ?? 0);
  for (const { reason, message } of outcome.deadLetters) {
    if (message === '') yield `a dead letter of reason ${reason} says nothing more`;
  }
  if (deaths > 0) return;
  for (const event of scapegoats(outcome)) yield `an innocent event was put aside as poisonous: ${event}`;
}

/**
 * Innocent events put aside because processes died, or lost the partition, while each was tried alone after an outage. They
 * can be replayed; what they would have done is missing until then.
 */
export function scapegoats({ deadLetters }: Pick<Outcome, 'deadLetters'>): string[] {
  return deadLetters.flatMap(({ reason, event }) =>
    reason === 'POISONOUS_EVENT' && event?.includes('"poison') !== true ? [event?.slice(0, 200) ?? ''] : [],
  );
}
