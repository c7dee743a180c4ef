import type { CloudEvent } from '../../src/model/cloud-event.ts';
import { EVENTS_PER_JOIN, JOINS, joinEvents, joinsDefinition } from '../joins.ts';
import { median, type Row } from '../measure.ts';
import { type BareResult, type ColdAndWarm, runBare } from './bare.ts';
import { Installation, PARTITIONS, type WorkflowText } from './installation.ts';
import { type Loaded, namesByPartition, preload } from './load.ts';
import { Progress } from './progress.ts';
import { RoleProcess } from './role-process.ts';
import type { Servers } from './servers.ts';

const ROUNDS = 5;
const LIMIT_MS = 120_000;
const JOINS_EACH = JOINS / PARTITIONS;

/** Events a second the original Triggerflow took, nothing durable, on two such cores: see docs/benchmarks.md. */
const TRIGGERFLOW = { kafka: 38_000, redis: 31_000, nats: undefined };

/** A quarter of the joins in each partition: a standing run of a workflow that lives there. */
const WORKFLOWS = namesByPartition(1, (i) => `parts-${i}`).map(([name]) => name!);
/** As many joins before those: a process that has just started is measured by them, one that is at work by the others. */
const COLD_WORKFLOWS = namesByPartition(1, (i) => `first-${i}`).map(([name]) => name!);

export function joinWorkflows(): Record<string, WorkflowText> {
  const { triggers, ...rest } = joinsDefinition();
  const definition = { ...rest, triggers: triggers.slice(0, JOINS_EACH) };
  return Object.fromEntries(
    [...COLD_WORKFLOWS, ...WORKFLOWS].map((name) => [name, { format: 'triggers', definition }]),
  );
}

export function joinLoad(partition: number): CloudEvent[] {
  return eventsFor(WORKFLOWS[partition]!);
}
function eventsFor(workflow: string): CloudEvent[] {
  const mine = new Set(Array.from({ length: JOINS_EACH }, (_, i) => `line.${i}`));
  return joinEvents(workflow).filter(({ subject }) => mine.has(subject!));
}
/** Events of each of both loads, all partitions together. */
const EVENTS = JOINS * EVENTS_PER_JOIN;

interface JoinsResult extends ColdAndWarm {
  readonly memory: number;
}

/** The bare client and the worker in turn, on the same log; `always` is with `appendfsync always`. */
export async function joinsRows(servers: Servers): Promise<Row[]> {
  const { log } = servers;
  const bare: ColdAndWarm[] = [];
  const joins: JoinsResult[] = [];
  const always: JoinsResult[] = [];
  const shared = log === 'redis' ? undefined : await loadJoins(servers);
  for (let round = 0; round < ROUNDS; round++) {
    // Redis keeps log and store under one prefix: each installation has its own log there.
    const first = shared ?? (await loadJoins(servers));
    const { installation, loaded } = first;
    bare.push(await bareOf(installation, loaded.total));
    joins.push(await joinsOnce(shared ? again(installation) : installation, loaded));
    if (first !== shared) await installation.forget();
    const other = shared ?? (await loadJoins(servers));
    await servers.redis.config('SET', 'appendfsync', 'always');
    always.push(await joinsOnce(shared ? again(other.installation) : other.installation, other.loaded));
    await servers.redis.config('SET', 'appendfsync', 'everysec');
    if (other !== shared) await other.installation.forget();
  }
  const triggerflow = TRIGGERFLOW[log];
  const warm = (results: readonly ColdAndWarm[]) => results.map((each) => each.warm);
  const cold = (results: readonly ColdAndWarm[]) => results.map((each) => each.cold);
  const rate = medianOf(warm(joins), 'eventsPerSecond');
  return [
    { name: `${log}.bare`, value: medianOf(warm(bare), 'eventsPerSecond'), unit: 'events/s' },
    withRatio(`${log}.joins`, 'events/s', warm(joins), warm(bare), 'eventsPerSecond'),
    withRatio(`${log}.joins-always`, 'events/s', warm(always), warm(bare), 'eventsPerSecond'),
    withRatio(`${log}.joins-cold`, 'events/s', cold(joins), cold(bare), 'eventsPerSecond'),
    withRatio(`${log}.joins-cpu`, 'us/event', warm(joins), warm(bare), 'cpuPerEvent'),
    ...(triggerflow === undefined
      ? []
      : [
          {
            name: `${log}.triggerflow-ratio`,
            value: rate,
            unit: 'events/s',
            baseline: triggerflow,
            ratio: rate / triggerflow,
          },
        ]),
    { name: 'worker.rss-load', value: median(joins.map(({ memory }) => memory)) / 2 ** 20, unit: 'MiB' },
  ];
}

/** The ratio is the median of the rounds' ratios: what disturbs a round disturbs both of its sides. */
function withRatio(
  name: string,
  unit: string,
  mine: readonly BareResult[],
  bare: readonly BareResult[],
  field: keyof BareResult,
): Row {
  const ratios = mine.map((each, round) => each[field] / bare[round]![field]);
  return {
    name,
    value: medianOf(mine, field),
    unit,
    baseline: medianOf(bare, field),
    ratio: median(ratios),
  };
}

function medianOf(results: readonly BareResult[], field: keyof BareResult): number {
  return median(results.map((each) => each[field]));
}

async function loadJoins(servers: Servers): Promise<{ installation: Installation; loaded: Loaded }> {
  const installation = new Installation(servers);
  const load = (partition: number) => [...eventsFor(COLD_WORKFLOWS[partition]!), ...joinLoad(partition)];
  return { installation, loaded: await preload(installation, load) };
}

function again({ servers, logName }: Installation): Installation {
  return new Installation(servers, logName);
}

function bareOf(installation: Installation, total: number): Promise<ColdAndWarm> {
  const { servers } = installation;
  const name = new Installation(servers).prefix;
  return runBare(servers.log, {
    address: servers.address,
    log: installation.logForBare,
    name,
    total,
    cold: EVENTS,
  });
}

/** From the takeover of the first partition to the checkpoint that covers the first load, and from there to that of the last event. */
async function joinsOnce(installation: Installation, loaded: Loaded): Promise<JoinsResult> {
  await installation.putWorkflows(joinWorkflows());
  const progress = new Progress(installation);
  const worker = new RoleProcess('worker', installation);
  try {
    const cpu: number[] = [];
    const samples = await progress.watch(
      ({ positions, epochs }) => {
        const count = loaded.countAll(positions);
        if (cpu.length === 0 && epochs.some((epoch) => epoch > 0)) cpu.push(worker.cpu());
        if (cpu.length === 1 && count >= EVENTS) cpu.push(worker.cpu());
        return count >= loaded.total;
      },
      { what: 'all joins', limitMs: LIMIT_MS },
    );
    cpu.push(worker.cpu());
    const begin = samples.find(({ epochs }) => epochs.some((epoch) => epoch > 0))!;
    const middle = samples.find(({ positions }) => loaded.countAll(positions) >= EVENTS)!;
    const reached = loaded.countAll(middle.positions);
    await requireFired(installation);
    return {
      cold: resultOver(reached, middle.at - begin.at, cpu[1]! - cpu[0]!),
      warm: resultOver(loaded.total - reached, samples.at(-1)!.at - middle.at, cpu[2]! - cpu[1]!),
      memory: worker.memory().most,
    };
  } finally {
    await worker.end();
  }
}

function resultOver(events: number, ms: number, cpu: number): BareResult {
  return { eventsPerSecond: (1_000 * events) / ms, cpuPerEvent: cpu / events };
}

/** A rate of joins that did not fire would be worth nothing. */
async function requireFired(installation: Installation): Promise<void> {
  await installation.use(async ({ store }) => {
    for (const name of [...COLD_WORKFLOWS, ...WORKFLOWS]) {
      const run = await store.getRun(`${name}/standing`);
      const cells = JSON.stringify(run?.cells ?? []);
      for (let i = 0; i < JOINS_EACH; i++) {
        if (!cells.includes(`done-${i}`)) throw new Error(`join ${i} of ${name} did not fire`);
      }
    }
  });
}
