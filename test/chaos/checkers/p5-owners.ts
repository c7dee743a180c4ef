import type { ChaosOutcome } from '../outcome.ts';
import type { OwnerSample } from '../world/owner-watch.ts';

/** Between two losses of the store, epochs, checkpoints and positions only grow, and an epoch has one owner. */
export function* ownersFollowInOrder({ owners }: ChaosOutcome): Generator<string> {
  const last = new Map<number, OwnerSample>();
  for (const sample of owners) {
    const { partition, life, epoch, token, position, checkpoint } = sample;
    const before = last.get(partition);
    last.set(partition, sample);
    if (before === undefined || before.life !== life) continue;
    const what = `of partition ${partition} went from`;
    if (epoch < before.epoch) yield `the epoch ${what} ${before.epoch} back to ${epoch}`;
    if (epoch === before.epoch && token !== before.token)
      yield `epoch ${epoch} of partition ${partition} had two owners`;
    if (position < before.position) yield `the position ${what} ${before.position} back to ${position}`;
    if (checkpoint < before.checkpoint)
      yield `the checkpoint ${what} ${before.checkpoint} back to ${checkpoint}`;
  }
}
