import type { CloudEvent } from '../../src/model/cloud-event.ts';
import { partitionOf } from '../../src/model/partition.ts';
import { runKeyOf } from '../../src/model/run.ts';
import { derivedRunId } from '../../src/workers/router.ts';
import { passes } from '../asl.ts';
import { median, type Row } from '../measure.ts';
import { Installation, PARTITIONS, type WorkflowText } from './installation.ts';
import { type Loaded, preload } from './load.ts';
import { loadOrders, ORDERS } from './order-load.ts';
import { Progress } from './progress.ts';
import { RoleProcess } from './role-process.ts';
import type { Servers } from './servers.ts';

const ROUNDS = 3;
const RUNS = 100_000;
const PASS_RUNS = 50_000;
const LIMIT_MS = 120_000;

/** Events a second, each of which makes a run whose context is written and stays. */
export async function runPerEventRow(servers: Servers): Promise<Row[]> {
  const rates = await rounds(servers, ORDERS, (installation) => loadOrders(installation, RUNS));
  return [{ name: 'redis-store.run-per-event', value: median(rates), unit: 'runs/s' }];
}

/** Runs a second that go through ten states within one step, end, and leave head and history behind. */
export async function passRow(servers: Servers): Promise<Row[]> {
  const rates = await rounds(servers, PASSES, loadPasses);
  return [{ name: 'redis-store.pass-10', value: median(rates), unit: 'runs/s' }];
}

/** Runs a second of a state machine of ten Pass states. The emulators do 17 and 71. */
export async function machineRow(servers: Servers): Promise<Row[]> {
  const rates = await rounds(
    servers,
    { machine: { format: 'asl', definition: passes(STATES) } },
    (installation) => loadStarts(installation, 'machine'),
  );
  return [{ name: 'asl.pass-10.redis', value: median(rates), unit: 'runs/s' }];
}

async function rounds(
  servers: Servers,
  workflows: Readonly<Record<string, WorkflowText>>,
  load: (installation: Installation) => Promise<Loaded>,
): Promise<number[]> {
  const rates: number[] = [];
  let shared: { installation: Installation; loaded: Loaded } | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    let installation = new Installation(servers, shared?.installation.logName);
    const loaded = shared?.loaded ?? (await load(installation));
    if (servers.log !== 'redis' && shared === undefined) {
      shared = { installation, loaded };
      installation = new Installation(servers, installation.logName);
    }
    await installation.putWorkflows(workflows);
    rates.push(await rateOf(installation, loaded));
    await installation.forget();
  }
  return rates;
}

/** From the takeover of the first partition to the checkpoint of the last event. */
async function rateOf(installation: Installation, loaded: Loaded): Promise<number> {
  const worker = new RoleProcess('worker', installation);
  try {
    const samples = await new Progress(installation).watch(
      ({ positions }) => loaded.countAll(positions) >= loaded.total,
      { what: 'all runs', limitMs: LIMIT_MS },
    );
    const begin = samples.find(({ epochs }) => epochs.some((epoch) => epoch > 0))!;
    return loaded.total / ((samples.at(-1)!.at - begin.at) / 1_000);
  } finally {
    await worker.end();
  }
}

const STATES = 10;

/** Each state is entered by the event of the one before, within the same step, and passes its data on. */
const PASSES: Readonly<Record<string, WorkflowText>> = {
  passes: {
    format: 'triggers',
    definition: {
      run: 'started',
      startOn: [{ type: 'com.example.pass' }],
      triggers: Array.from({ length: STATES }, (_, i) => ({
        id: `state-${i}`,
        activationEvents: [{ type: i === 0 ? 'com.example.pass' : `entered.${i}` }],
        condition: { type: 'always' },
        actions: [
          i < STATES - 1
            ? { type: 'emit', event: `entered.${i + 1}`, data: '${ event.data }' }
            : { type: 'complete', output: '${ event.data }' },
        ],
      })),
    },
  },
};

/** Events that start runs by themselves, addressed to them as a front end would. */
function loadPasses(installation: Installation): Promise<Loaded> {
  const events: CloudEvent[][] = Array.from({ length: PARTITIONS }, () => []);
  const source = '/bench/pass';
  for (let i = 0; i < PASS_RUNS; i++) {
    const id = `pass-${i}`;
    const run = derivedRunId('event', source, id);
    events[partitionOf(runKeyOf('passes', run), PARTITIONS)]!.push({
      specversion: '1.0',
      id,
      source,
      type: 'com.example.pass',
      time: '2026-11-21T12:00:00Z',
      datacontenttype: 'application/json',
      workflow: 'passes',
      run,
      data: { order: i, cents: 4_999, currency: 'EUR' },
    });
  }
  return preload(installation, (partition) => events[partition]!);
}

/** Start commands, as a front end appends them. */
function loadStarts(installation: Installation, workflow: string): Promise<Loaded> {
  const events: CloudEvent[][] = Array.from({ length: PARTITIONS }, () => []);
  for (let i = 0; i < PASS_RUNS; i++) {
    const run = `run-${i}`;
    events[partitionOf(runKeyOf(workflow, run), PARTITIONS)]!.push({
      specversion: '1.0',
      id: run,
      source: '/bench/start',
      type: 'dev.tidegate.command.start',
      workflow,
      run,
      data: { version: 1, input: { order: i, cents: 4_999, currency: 'EUR' } },
    });
  }
  return preload(installation, (partition) => events[partition]!);
}
