import type { Outcome } from '../outcome.ts';

/**
 * After each of the store's losses position, state, timers and effects are of one moment: what was applied then follows on
 * from there. That the state is right is said by the other checkers, which run over the same history.
 */
export function* lossIsConsistent(outcome: Outcome): Generator<string> {
  if (outcome.storeLives === 1) return;
  const positions = new Map<number, { life: number; position: number; number: number }>();
  for (const { checkpoint, life } of outcome.applied) {
    const { partition, position, number } = checkpoint;
    const before = positions.get(partition);
    if (before !== undefined && before.life === life) {
      if (position < before.position)
        yield `partition ${partition} went from ${before.position} back to ${position}`;
      if (number !== before.number + 1)
        yield `checkpoint ${number} of partition ${partition} follows ${before.number}`;
    }
    positions.set(partition, { life, position, number });
  }
  const ids = new Map<string, string>();
  for (const { effect, kind, run, trigger } of outcome.calls) {
    const cause = `${kind} ${run} ${trigger}`;
    if ((ids.get(effect) ?? cause) !== cause) yield `effect id ${effect} was given to two causes`;
    ids.set(effect, cause);
  }
}
