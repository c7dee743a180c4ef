import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { TidegateClient } from '../../src/client/index.ts';
import { openRedisStore, type StateStore } from '../../src/stores/index.ts';
import { Random } from '../simulator/world/random.ts';
import { check } from './checkers/index.ts';
import { type FaultRecord, strike } from './faults.ts';
import { Ledger } from './ledger.ts';
import { TURN_MS, WORKLOADS, type Workload } from './load/index.ts';
import { type ChaosOptions, PARTITIONS, REST_MS } from './options.ts';
import { CHAOS_LIMITS, type ChaosOutcome, readOutcome } from './outcome.ts';
import { Producer } from './producer.ts';
import { type ChaosReport, reportOf } from './report.ts';
import { openPublisher } from './world/direct-publisher.ts';
import { Fleet, type Member } from './world/fleet.ts';
import { Functions } from './world/functions.ts';
import { type Ground, openGround } from './world/ground.ts';
import { OwnerWatch } from './world/owner-watch.ts';
import { pause, within } from './world/pause.ts';
import type { World } from './world/world.ts';

/** Workers beyond those of the start, that faults may add. */
const MORE_WORKERS = 1;
const READY_MS = 40_000;
/** The longest fault, and the processes and servers that start after it on a busy machine. */
const MEND_MS = 90_000;
const QUIET_MS = 1_000;
/** What is broken for so long while nothing happens any more stays so. Longer than a worker takes to look after an idle partition. */
const UNCHANGED_MS = 12_000;
/** Longer than the store may lose: what is deployed must not be among it. */
const SETTLED_MS = 2_500;

/**
 * Real processes of the product over real servers, under load and faults; then, when all is mended and at rest, everything
 * the store holds is checked against everything that was asked. What was started is stopped, however it ends.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const closers: (() => Promise<unknown>)[] = [];
  const random = new Random(options.seed);
  const noticed: string[] = [];
  const { logs } = options;
  if (logs !== undefined) mkdirSync(logs, { recursive: true });
  const folder = logs ?? mkdtempSync(join(tmpdir(), 'tidegate-chaos-'));
  try {
    const functions = new Functions(random.fork());
    const address = await functions.listen();
    closers.push(() => functions.close());
    const slots = options.workers + MORE_WORKERS + options.frontends;
    const ground = await openGround(options, slots);
    closers.push(() => ground.stop());
    const fleet = await Fleet.plan(ground.slots, options.frontends, folder, (line) => noticed.push(line));
    closers.push(() => fleet.kill());
    const ledger = new Ledger();
    const workloads = WORKLOADS.map((make) => make({ functions: address, ledger }));
    await begin(fleet, workloads, options);
    const direct = await openPublisher(options.log, ground.brokerAddress);
    closers.push(() => direct.close());
    const watch = new OwnerWatch(ground.redis.port, () => functions.life);
    closers.push(() => watch.stop());
    const producer = new Producer(fleet.addresses, direct, ledger, random.fork());
    closers.push(() => producer.close());
    if (options.storeLoss) await pause(SETTLED_MS);

    const struck = await loadAndStrike({ options, ground, fleet, functions }, workloads, producer, random);
    functions.calm = true;
    const store = await openChecked(ground);
    closers.push(() => store.close());
    const ended = Date.now();
    const observe = () =>
      readOutcome(store, {
        ledger,
        functionCalls: functions.calls,
        owners: watch.samples,
        losses: functions.life,
        noticed,
      });
    const { outcome, violations, atRest } = await rest(producer, functions, store, observe);
    const restMs = atRest ? Date.now() - ended : undefined;
    const stuck = await fleet.stop().then(
      () => [],
      (error: Error) => [error.message],
    );
    const all = [...violations, ...noticed.filter((line) => !violations.includes(line)), ...stuck];
    return reportOf(options, ground.descriptions, outcome, struck, all, restMs);
  } finally {
    for (let close = closers.pop(); close; close = closers.pop()) await close().catch(() => undefined);
    if (logs === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function begin(fleet: Fleet, workloads: readonly Workload[], { workers }: ChaosOptions): Promise<void> {
  // The first makes log and store.
  await started([fleet.frontends[0]!]);
  await started([...fleet.frontends.slice(1), ...fleet.workers.slice(0, workers)]);
  const client = new TidegateClient(fleet.addresses[0]!);
  for (const { workflows } of workloads) {
    for (const { name, format, definition } of workflows) {
      const { warnings } = await client.putWorkflow(name, format, definition);
      if (warnings.length > 0) throw new Error(`workflow ${name}: ${JSON.stringify(warnings)}`);
    }
  }
  await client.close();
}

async function started(members: readonly Member[]): Promise<void> {
  const all = Promise.all(members.map((member) => member.start()));
  await within(READY_MS, 'the product to start', all).catch((error: Error) => {
    const troubles = members.map(({ trouble }) => trouble).filter((trouble) => trouble !== '');
    throw new Error([error.message, ...troubles].join('\n'), { cause: error });
  });
}

async function loadAndStrike(
  parts: Pick<World, 'options' | 'ground' | 'fleet' | 'functions'>,
  workloads: readonly Workload[],
  producer: Producer,
  random: Random,
): Promise<{ readonly faults: readonly FaultRecord[]; readonly lagMs: number }> {
  const { options } = parts;
  const over = new AbortController();
  const loadRandom = random.fork();
  let turn = 0;
  const world: World = {
    ...parts,
    over: over.signal,
    began: Date.now(),
    burst(drawn) {
      const deeds = workloads.flatMap((workload) => workload.burst?.(drawn, turn) ?? []);
      for (const deed of deeds) producer.perform(deed);
      return deeds.length;
    },
  };
  const timer = setTimeout(() => over.abort(), options.loadMs);
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  const striking = options.faults ? strike(world, random.fork()) : Promise.resolve([]);
  striking.catch(() => over.abort());
  while (!over.signal.aborted) {
    for (const workload of workloads)
      for (const deed of workload.turn(loadRandom, turn)) producer.perform(deed);
    turn++;
    await pause(Math.max(0, world.began + turn * TURN_MS - Date.now()), over.signal);
  }
  clearTimeout(timer);
  lag.disable();
  const faults = await within(MEND_MS, 'all faults to be mended', striking);
  return { faults, lagMs: lag.max / 1e6 };
}

function openChecked({ redis }: Ground): Promise<StateStore> {
  return openRedisStore({
    url: redis.url,
    prefix: 'tidegate',
    partitions: PARTITIONS,
    limits: CHAOS_LIMITS,
    now: Date.now,
  });
}

/** Until all promises hold over what stands, or the time is up: then what is broken is. */
async function rest(
  producer: Producer,
  functions: Functions,
  store: StateStore,
  observe: () => Promise<ChaosOutcome>,
): Promise<{ outcome: ChaosOutcome; violations: string[]; atRest: boolean }> {
  const end = Date.now() + REST_MS;
  let before = '';
  let since = Date.now();
  for (;;) {
    while (Date.now() < end && !(await seemsAtRest(producer, functions, store))) await pause(QUIET_MS / 4);
    if (Date.now() >= end) await producer.close();
    const outcome = await observe();
    const violations = check(outcome);
    if (violations.length === 0) return { outcome, violations, atRest: true };
    if (before !== violations.join('\n')) {
      before = violations.join('\n');
      since = Date.now();
    }
    if (Date.now() >= Math.min(end, since + UNCHANGED_MS)) return { outcome, violations, atRest: false };
    await pause(QUIET_MS);
  }
}

/** A cheap look, before everything is read. */
async function seemsAtRest(producer: Producer, functions: Functions, store: StateStore): Promise<boolean> {
  if (producer.outstanding > 0 || functions.reporting > 0) return false;
  if (Date.now() - (functions.calls.at(-1)?.at ?? 0) < QUIET_MS) return false;
  for (const workflow of ['report', 'failing', 'late', 'parent', 'child', 'patient', 'party']) {
    const { items } = await store.listRuns({ workflow, status: 'RUNNING' }, { limit: 1 });
    if (items.length > 0) return false;
  }
  return true;
}
