import { median, type Row } from '../measure.ts';
import { Installation, PARTITIONS } from './installation.ts';
import type { Loaded } from './load.ts';
import { loadOrders, ORDERS } from './order-load.ts';
import { Progress, type Sample } from './progress.ts';
import { RoleProcess } from './role-process.ts';
import type { Servers } from './servers.ts';
import { settled } from './worker-metrics.ts';

const RUNS = 200_000;
const ROUNDS = 3;
const LIMIT_MS = 180_000;

/** The same load, a run per event, with one, two and four worker processes; the ratio is to one. */
export async function scaleRows(servers: Servers): Promise<Row[]> {
  const rates = new Map<number, number[]>();
  let shared: { installation: Installation; loaded: Loaded } | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    for (const count of [1, 2, 4]) {
      let installation = new Installation(servers, shared?.installation.logName);
      const loaded = shared?.loaded ?? (await loadOrders(installation, RUNS));
      if (servers.log !== 'redis' && shared === undefined) {
        shared = { installation, loaded };
        installation = new Installation(servers, installation.logName);
      }
      await installation.putWorkflows(ORDERS);
      const rate = await sharedRate(installation, loaded, count);
      rates.set(count, [...(rates.get(count) ?? []), rate]);
      await installation.forget();
    }
  }
  const alone = median(rates.get(1)!);
  return [...rates].map(([count, found]) => ({
    name: `${servers.log}.scale-${count}`,
    value: median(found),
    unit: 'runs/s',
    ...(count > 1 && { baseline: alone, ratio: median(found.map((rate, i) => rate / rates.get(1)![i]!)) }),
  }));
}

/** While every worker has its share: from when they do to when the first partition has nothing left. */
async function sharedRate(installation: Installation, loaded: Loaded, count: number): Promise<number> {
  const workers = Array.from({ length: count }, () => new RoleProcess('worker', installation));
  try {
    let settledAt: number | undefined;
    const allSettled = settled(workers, PARTITIONS).then(() => {
      settledAt = performance.now();
    });
    const watched = new Progress(installation).watch(
      ({ positions }) => loaded.countAll(positions) >= loaded.total,
      { what: `all runs by ${count} workers`, limitMs: LIMIT_MS },
    );
    const [samples] = await Promise.all([watched, allSettled]);
    const window = samples.filter(({ at, positions }) => at >= settledAt! && isFull(positions, loaded));
    if (window.length < 2)
      throw new Error(`${count} workers shared the work only when there was none left in a partition`);
    return rateWithin(window, loaded);
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

function isFull(positions: readonly number[], loaded: Loaded): boolean {
  return positions.every((position, partition) => loaded.count(partition, position) < loaded.of(partition));
}

function rateWithin(samples: readonly Sample[], loaded: Loaded): number {
  const first = samples[0]!;
  const last = samples.at(-1)!;
  const done = loaded.countAll(last.positions) - loaded.countAll(first.positions);
  return done / ((last.at - first.at) / 1_000);
}
