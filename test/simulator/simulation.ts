import type { HistoryEntry } from '../../src/engine/index.ts';
import { loadRun } from '../../src/engine/index.ts';
import { LIMITS, type Limits } from '../../src/model/limits.ts';
import type { MemoryStore } from '../../src/stores/memory-store.ts';
import type { StateStore } from '../../src/stores/state-store.ts';
import type { StoreOptions } from '../../src/stores/store-options.ts';
import { Definitions } from '../../src/workers/definitions.ts';
import { check } from './checkers/index.ts';
import { scapegoats } from './checkers/p10-isolation.ts';
import type { FinalRun, Outcome } from './outcome.ts';
import { drawWorkloads } from './workloads/index.ts';
import { SPAN_MS, type Workload } from './workloads/workload.ts';
import { Cluster } from './world/cluster.ts';
import { type FaultKind, Faults } from './world/faults.ts';
import type { Process } from './world/process.ts';
import { Producer } from './world/producer.ts';
import { Random } from './world/random.ts';
import { SimulatedLog } from './world/simulated-log.ts';
import { SimulatedStore } from './world/simulated-store.ts';
import { Targets } from './world/targets.ts';
import { Timeline } from './world/timeline.ts';
import { Trace } from './world/trace.ts';

/** Parts put in place of the production ones, to prove that the checkers notice. */
export interface Sabotage {
  readonly store?: (options: StoreOptions) => MemoryStore;
  readonly definitions?: (store: StateStore, limits: Limits) => Definitions;
  /** Called with every process's worker before it owns anything. */
  readonly worker?: (process: Process) => void;
}

export interface SimulationOptions {
  readonly seed: number;
  /** Keeps the lines of the trace. */
  readonly trace?: boolean;
  readonly workloads?: (random: Random) => Workload[];
  /** False: the same without any fault. */
  readonly faults?: boolean;
  readonly sabotage?: Sabotage;
}

export interface SimulationResult {
  readonly seed: number;
  readonly hash: string;
  readonly violations: readonly string[];
  readonly kinds: readonly string[];
  readonly events: number;
  readonly turns: number;
  readonly faults: Partial<Record<FaultKind, number>>;
  readonly trace: readonly string[] | undefined;
  readonly outcome: Outcome | undefined;
}

/** Turns of one simulation; beyond them it is taken to go round in circles. */
const MOST_TURNS = 60_000;
/** Nothing to do for so long: it is over. Longer than any timer of a workload. */
const QUIET_MS = 15 * 60_000;

/** Runs one seed to its end and checks what came of it. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const random = new Random(options.seed);
  const timeline = new Timeline();
  const trace = new Trace(() => timeline.now(), options.trace === true);
  const faults = new Faults(random.fork(), options.faults !== false);
  const workloads = (options.workloads ?? drawWorkloads)(random.fork());
  const limits = drawLimits(random);
  const partitions = random.int(1, 4);
  const log = new SimulatedLog(partitions, timeline, faults, random.fork(), trace);
  const store = new SimulatedStore(
    partitions,
    limits,
    timeline,
    faults,
    random.fork(),
    trace,
    options.sabotage?.store,
  );
  const producer = new Producer(log, timeline, faults, random.fork());
  const targets = new Targets({
    timeline,
    faults,
    random: random.fork(),
    trace,
    life: () => store.life,
    isStored: (effect) => store.effectsStored.has(effect),
    report: (event) => producer.plan([{ afterMs: 0, event: event as never }]),
  });
  for (const { workflows, functions, tasks, sends } of workloads) {
    for (const workflow of workflows) {
      await store.inner.putWorkflow({ ...workflow, createdAt: new Date(timeline.now()).toISOString() });
    }
    for (const [name, behaviour] of Object.entries(functions ?? {})) targets.functions.set(name, behaviour);
    if (tasks !== undefined) for (const { name } of workflows) targets.tasks.set(name, tasks);
    producer.plan(sends);
  }
  targets.functions.set('record', () => null);
  const cluster = new Cluster(
    {
      timeline,
      log,
      store: store.port(),
      targets,
      faults,
      random: random.fork(),
      trace,
      limits,
      batchRecords: random.pick([1, 2, 7, 50, 4_096]),
      heldRuns: random.pick([1, 3, 1_000]),
      ...(options.sabotage?.definitions && { definitions: options.sabotage.definitions }),
    },
    random.int(1, 4),
    options.sabotage?.worker,
  );
  cluster.start();
  planMisfortunes(timeline, faults, random.fork(), store, cluster, producer, partitions);
  timeline.after(SPAN_MS + 1_000, () => {
    faults.calm();
    trace.add('calm');
  });
  const stuck = await runToEnd(timeline, producer);
  const noticed = [...store.violations, ...stuck];
  const outcome = await outcomeOf(store, log, limits, producer, targets, faults, noticed);
  const violations = [...check(outcome)];
  const missing = scapegoats(outcome).length > 0;
  if (missing) faults.count('scapegoat');
  for (const workload of workloads) {
    if (missing || violations.length > 20) break;
    for (const line of workload.check?.(outcome) ?? []) violations.push(`${workload.kind}: ${line}`);
  }
  return {
    seed: options.seed,
    hash: trace.hash,
    violations,
    kinds: workloads.map(({ kind }) => kind),
    events: producer.acknowledged.length,
    turns: timeline.turns,
    faults: faults.counts,
    trace: trace.lines,
    outcome,
  };
}

function drawLimits(random: Random): Limits {
  return {
    ...LIMITS,
    dedupeMarks: 8_192,
    stepEvents: random.pick([1, 2, 5, 1_000]),
    historyEntries: 5_000,
    earlyTtlMs: 24 * 3_600_000,
  };
}

function planMisfortunes(
  timeline: Timeline,
  faults: Faults,
  random: Random,
  store: SimulatedStore,
  cluster: Cluster,
  producer: Producer,
  partitions: number,
): void {
  const sometime = () => random.int(20, SPAN_MS + 800);
  for (let i = 0; i < faults.rebalances; i++) {
    timeline.after(sometime(), () => {
      faults.count('rebalance');
      cluster.rebalance(random.int(0, partitions - 1));
    });
  }
  for (let i = 0; i < faults.restarts; i++) {
    timeline.after(sometime(), () => {
      faults.count('restart');
      cluster.killOne();
    });
  }
  for (let i = 0; i < faults.storeLosses; i++) {
    const at = sometime();
    timeline.after(Math.max(1, at - random.int(1, 400)), () => store.remember());
    timeline.after(at, () => {
      if (!store.lose()) return;
      // An idle owner that has its store to itself learns of the loss by its next write.
      for (let partition = 0; partition < partitions; partition++) {
        producer.plan([{ afterMs: 50, text: `poke ${partition} ${store.life}`, partition }]);
      }
    });
  }
}

async function runToEnd(timeline: Timeline, producer: Producer): Promise<string[]> {
  for (;;) {
    const { nextAt } = timeline;
    if (nextAt === undefined) break;
    if (producer.outstanding === 0 && nextAt - timeline.now() > QUIET_MS) break;
    if (timeline.turns >= MOST_TURNS) return [`P9: still busy after ${MOST_TURNS} turns`];
    await timeline.turn();
  }
  return producer.outstanding > 0 ? ['the producer never got its events acknowledged'] : [];
}

async function outcomeOf(
  store: SimulatedStore,
  log: SimulatedLog,
  limits: Limits,
  producer: Producer,
  targets: Targets,
  faults: Faults,
  noticed: readonly string[],
): Promise<Outcome> {
  const { inner } = store;
  const definitions = new Definitions(inner, limits);
  const runs = new Map<string, FinalRun>();
  for (const head of (await inner.listRuns({}, { limit: 100_000 })).items) {
    const stored = (await inner.getRun(head.key))!;
    const rows = await inner.history(head.key, 1, 100_000);
    const history = rows.map(({ value }) => JSON.parse(value) as HistoryEntry);
    const workflow = (await definitions.get(head.key.slice(0, head.key.indexOf('/')), head.version))!;
    const state = loadRun(workflow, stored);
    runs.set(head.key, { key: head.key, head, cells: new Map(stored.cells), history, workflow, state });
  }
  const dedupeMarks: number[] = [];
  for (let partition = 0; partition < log.partitions; partition++) {
    const epoch = (await inner.epochOf(partition)) + 1;
    const { dedupe } = await inner.acquire(partition, { token: 'checker', epoch });
    dedupeMarks.push(dedupe.reduce((sum, block) => sum + block.length / 2, 0));
  }
  return {
    runs,
    deadLetters: (await inner.deadLetters({}, { limit: 100_000 })).items,
    acknowledged: producer.acknowledged,
    calls: targets.calls,
    applied: store.applied,
    effectsStored: store.effectsStored,
    storeLives: store.life + 1,
    dedupeMarks,
    limits,
    faults: faults.counts,
    noticed,
  };
}
