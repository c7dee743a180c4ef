import { type TcpProxy, truncateAof } from '../servers/index.ts';
import type { Random } from '../simulator/world/random.ts';
import { LEASE_MS } from './options.ts';
import type { Member } from './world/fleet.ts';
import { pause } from './world/pause.ts';
import type { World } from './world/world.ts';

/** A fault that happened. Times in milliseconds of the epoch. */
export interface FaultRecord {
  readonly kind: string;
  readonly detail: string;
  readonly from: number;
  /** When it was mended. */
  readonly until: number;
}

interface Fault {
  readonly weight: number;
  /** What it touches: two faults never touch the same at the same time. Undefined: it cannot happen now. */
  target(world: World, random: Random): Target | undefined;
}
interface Target {
  readonly name: string;
  /** Resolves when it is mended, with what exactly was done. */
  readonly strike: () => Promise<string>;
}

const LOSS_MS = 1_000;

/** All kinds of faults. Each mends what it broke before it resolves. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'kill worker': {
    weight: 4,
    target: (world, random) =>
      onWorker(world, random, async (worker) => {
        await worker.kill();
        await pause(random.int(0, 2_000), world.over);
        await worker.start();
        return `${worker.name}, SIGKILL and a new one in ${worker.took.startMs} ms`;
      }),
  },
  'pause worker': {
    weight: 3,
    target: (world, random) =>
      onWorker(world, random, async (worker) => {
        const ms = LEASE_MS + random.int(1_000, 3_000);
        worker.process?.signal('SIGSTOP');
        await pause(ms, world.over);
        worker.process?.signal('SIGCONT');
        return `${worker.name}, SIGSTOP for ${ms} ms`;
      }),
  },
  'restart worker': {
    weight: 2,
    target: (world, random) =>
      onWorker(world, random, async (worker) => {
        await worker.stop();
        await worker.start();
        return `${worker.name}, SIGTERM took ${worker.took.stopMs} ms, and a new one in ${worker.took.startMs} ms`;
      }),
  },
  'add worker': {
    weight: 1,
    target(world, random) {
      const free = world.fleet.workers.filter(({ running }) => !running);
      if (free.length === 0) return undefined;
      const worker = random.pick(free);
      return on(worker, async () => {
        await worker.start();
        return `${worker.name}, one more in ${worker.took.startMs} ms`;
      });
    },
  },
  'remove worker': {
    weight: 1,
    target: (world, random) =>
      world.fleet.workers.filter(({ running }) => running).length < 3
        ? undefined
        : onWorker(world, random, async (worker) => {
            await worker.stop();
            return `${worker.name}, SIGTERM took ${worker.took.stopMs} ms`;
          }),
  },
  'kill front end': {
    weight: 1,
    target(world, random) {
      const frontend = random.pick(world.fleet.frontends);
      return on(frontend, async () => {
        await frontend.kill();
        await pause(random.int(0, 1_500), world.over);
        await frontend.start();
        return `${frontend.name}, SIGKILL and a new one in ${frontend.took.startMs} ms`;
      });
    },
  },
  'kill redis': {
    weight: 2,
    target: (world, random) => ({
      name: 'redis',
      async strike() {
        const ms = random.int(0, 2_500);
        await world.ground.redis.kill();
        await pause(ms, world.over);
        await world.ground.redis.start();
        return `SIGKILL, back after ${ms} ms`;
      },
    }),
  },
  'cut AOF': {
    weight: 3,
    target: (world, random) =>
      world.options.storeLoss
        ? {
            name: 'redis',
            async strike() {
              const { redis } = world.ground;
              await redis.kill();
              const lost = truncateAof(redis, { lastMs: LOSS_MS });
              world.functions.life++;
              await pause(random.int(0, 1_000), world.over);
              await redis.start();
              return `SIGKILL, the last ${lost.commands} writes (${lost.bytes} bytes) lost`;
            },
          }
        : undefined,
  },
  'pause redis': {
    weight: 1,
    target: (world, random) => ({
      name: 'redis',
      async strike() {
        const ms = random.int(1_000, 4_000);
        await world.ground.redis.kill('SIGSTOP');
        await pause(ms, world.over);
        await world.ground.redis.kill('SIGCONT');
        return `SIGSTOP for ${ms} ms`;
      },
    }),
  },
  'kill broker': {
    weight: 2,
    target: (world, random) =>
      world.ground.log === 'redis'
        ? undefined
        : {
            name: 'broker',
            async strike() {
              const ms = random.int(0, 2_000);
              await world.ground.broker.kill();
              await pause(ms, world.over);
              await world.ground.broker.start();
              return `SIGKILL, back after ${ms} ms`;
            },
          },
  },
  'pause broker': {
    weight: 1,
    target: (world, random) =>
      world.ground.log === 'redis'
        ? undefined
        : {
            name: 'broker',
            async strike() {
              const ms = random.int(1_000, 5_000);
              await world.ground.broker.kill('SIGSTOP');
              await pause(ms, world.over);
              await world.ground.broker.kill('SIGCONT');
              return `SIGSTOP for ${ms} ms`;
            },
          },
  },
  'cut network': { weight: 2, target: (world, random) => onNetwork(world, random, 'cut') },
  'stall network': { weight: 2, target: (world, random) => onNetwork(world, random, 'stall') },
  burst: {
    weight: 2,
    target: (world, random) => ({
      name: 'burst',
      strike: async () => `${world.burst(random)} events at once`,
    }),
  },
};

function on(member: Member, strike: () => Promise<string>): Target {
  return { name: member.name, strike };
}

function onWorker(
  world: World,
  random: Random,
  strike: (worker: Member) => Promise<string>,
): Target | undefined {
  const running = world.fleet.workers.filter(({ running }) => running);
  if (running.length === 0) return undefined;
  const worker = random.pick(running);
  return on(worker, () => strike(worker));
}

/** Between one worker and Redis, the broker, or both. */
function onNetwork(world: World, random: Random, how: 'cut' | 'stall'): Target | undefined {
  return onWorker(world, random, async (worker) => {
    const { toRedis, toBroker } = worker.slot;
    const both = toBroker === undefined ? [toRedis] : [toRedis, toBroker];
    const chosen: readonly TcpProxy[] = random.chance(0.3) ? both : [random.pick(both)];
    const ms = random.int(500, LEASE_MS + 4_000);
    for (const proxy of chosen) proxy[how]();
    await pause(ms, world.over);
    for (const proxy of chosen) proxy.mend();
    const names = chosen.map((proxy) => (proxy === toRedis ? 'redis' : 'the broker')).join(' and ');
    return `${worker.name} from ${names} for ${ms} ms`;
  });
}

/** How often a fault strikes while another is not mended yet. */
const OVERLAP = 0.25;

/** Lets faults strike until the load is over, from a shuffled deck so that short runs see many kinds; all are mended then. */
export async function strike(world: World, random: Random): Promise<FaultRecord[]> {
  const records: FaultRecord[] = [];
  const busy = new Set<string>();
  const open = new Set<Promise<void>>();
  let deck: string[] = [];
  while (!world.over.aborted) {
    await pause(random.int(600, 3_000), world.over);
    if (world.over.aborted) break;
    if (deck.length === 0)
      deck = random.shuffled(
        Object.entries(FAULTS).flatMap(([kind, { weight }]) => Array<string>(weight).fill(kind)),
      );
    const kind = deck.pop()!;
    const target = FAULTS[kind]!.target(world, random);
    if (target === undefined || busy.has(target.name)) continue;
    busy.add(target.name);
    const from = Date.now();
    const struck = target
      .strike()
      .then((detail) => {
        records.push({ kind, detail, from, until: Date.now() });
        world.options.tell(`${seconds(from - world.began)} ${kind}: ${detail}`);
      })
      .finally(() => busy.delete(target.name));
    open.add(struck);
    struck.then(
      () => open.delete(struck),
      () => {},
    );
    if (!random.chance(OVERLAP)) await struck;
  }
  await Promise.all(open);
  return records;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1).padStart(6)} s`;
}
