import { median, type Row } from '../measure.ts';
import { Installation, PARTITIONS } from './installation.ts';
import { joinWorkflows } from './joins-row.ts';
import { Progress, type Sample } from './progress.ts';
import { RoleProcess } from './role-process.ts';
import type { Servers } from './servers.ts';
import { Trickle } from './trickle.ts';
import { ownedBy, settled } from './worker-metrics.ts';

const ROUNDS = 3;
const LIMIT_MS = 60_000;
/** After all have their share: what the change cost may show a little later. */
const AFTER_MS = 1_000;

/** What it costs under load that a worker joins, leaves in good order, or is killed. */
export async function membershipRows(servers: Servers): Promise<Row[]> {
  const installation = new Installation(servers);
  await installation.putWorkflows(joinWorkflows());
  const found = await installation.use(async ({ log }) => {
    const trickle = new Trickle(log);
    const trial = new Trial(installation, trickle);
    try {
      return await trial.run();
    } finally {
      await trial.end();
      await trickle.stop();
    }
  });
  await installation.forget();
  const seconds = (name: string, values: readonly number[]): Row => ({
    name: `${servers.log}.${name}`,
    value: median(values) / 1_000,
    unit: 's',
  });
  return [
    seconds('rebalance', found.rebalance),
    seconds('handover', found.handover),
    seconds('takeover', found.takeover),
    seconds('takeover-all', found.takeoverAll),
  ];
}

interface Found {
  readonly rebalance: number[];
  readonly handover: number[];
  readonly takeover: number[];
  readonly takeoverAll: number[];
}

/** One worker stays; others come and go. */
class Trial {
  readonly #installation: Installation;
  readonly #trickle: Trickle;
  readonly #progress: Progress;
  readonly #workers = new Set<RoleProcess>();
  readonly #found: Found = { rebalance: [], handover: [], takeover: [], takeoverAll: [] };

  constructor(installation: Installation, trickle: Trickle) {
    this.#installation = installation;
    this.#trickle = trickle;
    this.#progress = new Progress(installation);
  }

  async run(): Promise<Found> {
    this.#start();
    await settled([...this.#workers], PARTITIONS);
    for (let round = 0; round < ROUNDS; round++) {
      await this.#handOver(await this.#joined());
      await this.#kill(await this.#joined());
    }
    return this.#found;
  }

  async end(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.end()));
  }

  #start(): RoleProcess {
    const worker = new RoleProcess('worker', this.#installation);
    this.#workers.add(worker);
    return worker;
  }

  /** A second worker, once it has its share. */
  async #joined(): Promise<RoleProcess> {
    const worker = this.#start();
    const samples = await this.#during(settled([...this.#workers], PARTITIONS));
    this.#found.rebalance.push(this.#worst(samples, ALL));
    return worker;
  }

  async #handOver(leaving: RoleProcess): Promise<void> {
    const partitions = await ownedBy(leaving);
    this.#workers.delete(leaving);
    const samples = await this.#during(
      leaving.end('SIGTERM').then(() => settled([...this.#workers], PARTITIONS)),
    );
    this.#found.handover.push(this.#worst(samples, partitions));
  }

  async #kill(dying: RoleProcess): Promise<void> {
    const partitions = await ownedBy(dying);
    this.#workers.delete(dying);
    const before = await this.#progress.sample();
    await dying.end('SIGKILL');
    const killedAt = performance.now();
    const processedAt = new Map<number, number>();
    let last = before;
    await this.#progress.watch(
      (sample) => {
        for (const partition of partitions) {
          const taken = sample.epochs[partition]! > before.epochs[partition]!;
          const moved = sample.positions[partition]! > last.positions[partition]!;
          if (taken && moved && !processedAt.has(partition)) processedAt.set(partition, sample.at);
        }
        last = sample;
        return processedAt.size === partitions.length;
      },
      { what: 'a takeover', limitMs: LIMIT_MS },
    );
    const times = [...processedAt.values()].map((at) => at - killedAt);
    this.#found.takeover.push(Math.min(...times));
    this.#found.takeoverAll.push(Math.max(...times));
    await settled([...this.#workers], PARTITIONS);
  }

  /** Samples until a while after `change`. */
  async #during(change: Promise<unknown>): Promise<Sample[]> {
    let until = Number.POSITIVE_INFINITY;
    const changed = change.then(() => {
      until = performance.now() + AFTER_MS;
    });
    const watched = this.#progress.watch(({ at }) => at > until, {
      what: 'the workers to share',
      limitMs: LIMIT_MS,
    });
    const [samples] = await Promise.all([watched, changed]);
    return samples;
  }

  #worst(samples: readonly Sample[], partitions: readonly number[]): number {
    return Math.max(...partitions.map((partition) => this.#trickle.longestStandstill(samples, partition)));
  }
}

const ALL = Array.from({ length: PARTITIONS }, (_, partition) => partition);
