import type { CloudEvent } from '../../src/model/cloud-event.ts';
import { JOINS, joinEvents, joinsDefinition } from '../joins.ts';
import { median, type Row } from '../measure.ts';
import { type BareResult, runBare } from './bare.ts';
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

export function joinWorkflows(): Record<string, WorkflowText> {
  const { triggers, ...rest } = joinsDefinition();
  const definition = { ...rest, triggers: triggers.slice(0, JOINS_EACH) };
  return Object.fromEntries(WORKFLOWS.map((name) => [name, { format: 'triggers', definition }]));
}

export function joinLoad(partition: number): CloudEvent[] {
  const mine = new Set(Array.from({ length: JOINS_EACH }, (_, i) => `line.${i}`));
  return joinEvents(WORKFLOWS[partition]!).filter(({ subject }) => mine.has(subject!));
}

interface JoinsResult extends BareResult {
  readonly memory: number;
}

/** The bare client and the worker in turn, on the same log; `always` is with `appendfsync always`. */
export async function joinsRows(servers: Servers): Promise<Row[]> {
  const { log } = servers;
  const bare: BareResult[] = [];
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
  const bareRate = medianOf(bare, 'eventsPerSecond');
  const triggerflow = TRIGGERFLOW[log];
  const rate = medianOf(joins, 'eventsPerSecond');
  return [
    { name: `${log}.bare`, value: bareRate, unit: 'events/s' },
    withRatio(`${log}.joins`, 'events/s', joins, bare, 'eventsPerSecond'),
    withRatio(`${log}.joins-always`, 'events/s', always, bare, 'eventsPerSecond'),
    withRatio(`${log}.joins-cpu`, 'us/event', joins, bare, 'cpuPerEvent'),
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
  return { installation, loaded: await preload(installation, joinLoad) };
}

function again({ servers, logName }: Installation): Installation {
  return new Installation(servers, logName);
}

function bareOf(installation: Installation, total: number): Promise<BareResult> {
  const { servers } = installation;
  const name = new Installation(servers).prefix;
  return runBare(servers.log, { address: servers.address, log: installation.logForBare, name, total });
}

/** From the takeover of the first partition to the checkpoint of the last event. */
async function joinsOnce(installation: Installation, loaded: Loaded): Promise<JoinsResult> {
  await installation.putWorkflows(joinWorkflows());
  const progress = new Progress(installation);
  const worker = new RoleProcess('worker', installation);
  try {
    let cpuBefore: number | undefined;
    const samples = await progress.watch(
      ({ positions, epochs }) => {
        if (epochs.some((epoch) => epoch > 0)) cpuBefore ??= worker.cpu();
        return loaded.countAll(positions) >= loaded.total;
      },
      { what: 'all joins', limitMs: LIMIT_MS },
    );
    const cpu = worker.cpu() - cpuBefore!;
    const begin = samples.find(({ epochs }) => epochs.some((epoch) => epoch > 0))!;
    const seconds = (samples.at(-1)!.at - begin.at) / 1_000;
    await requireFired(installation);
    return {
      eventsPerSecond: loaded.total / seconds,
      cpuPerEvent: cpu / loaded.total,
      memory: worker.memory().most,
    };
  } finally {
    await worker.end();
  }
}

/** A rate of joins that did not fire would be worth nothing. */
async function requireFired(installation: Installation): Promise<void> {
  await installation.use(async ({ store }) => {
    for (const name of WORKFLOWS) {
      const run = await store.getRun(`${name}/standing`);
      const cells = JSON.stringify(run?.cells ?? []);
      for (let i = 0; i < JOINS_EACH; i++) {
        if (!cells.includes(`done-${i}`)) throw new Error(`join ${i} of ${name} did not fire`);
      }
    }
  });
}
