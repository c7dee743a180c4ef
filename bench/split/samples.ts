import type { Loaded } from './load.ts';
import type { Sample } from './progress.ts';

/** Events a second over a whole load: from the takeover that began it, to when the last event was checkpointed. */
export function rateOf(samples: readonly Sample[], loaded: Loaded): number {
  const begin = samples.find(({ epochs }) => epochs.some((epoch) => epoch > 0))!;
  const done = samples.find(({ positions }) => loaded.countAll(positions) >= loaded.total)!;
  return loaded.total / ((done.at - begin.at) / 1_000);
}

/** Events a second between two shares of the load: neither start nor end has a part in it. */
export function steadyRate(samples: readonly Sample[], loaded: Loaded, from: number, to: number): number {
  const counts = samples.map(({ at, positions }) => ({ at, count: loaded.countAll(positions) }));
  const first = counts.find(({ count }) => count >= from * loaded.total)!;
  const last = counts.find(({ count }) => count >= to * loaded.total)!;
  return (last.count - first.count) / ((last.at - first.at) / 1_000);
}
