import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Embedded, openEmbedded } from '../src/logs/index.ts';
import type { TriggersDefinition } from '../src/model/documents.ts';
import { LIMITS, type Limits } from '../src/model/limits.ts';
import { partitionOf } from '../src/model/partition.ts';
import { type Engine, startEngine } from '../src/workers/index.ts';
import { EVENTS_PER_JOIN, JOINS, joinEvents, joinsDefinition } from './joins.ts';
import { median, percentile, type Row, seconds } from './measure.ts';

const PARTITIONS = 4;

/** An engine over a fresh data folder, gone afterwards. */
export async function withEmbedded<T>(
  use: (parts: { engine: Engine; embedded: Embedded; restart: () => Promise<Engine> }) => Promise<T>,
  functions: ReadonlyMap<string, (input: unknown) => unknown> = new Map(),
  limits: Limits = LIMITS,
): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidegate-bench-'));
  const embedded = await openEmbedded({
    dataDir,
    partitions: PARTITIONS,
    limits,
    now: () => Date.now(),
  });
  const start = () => startEngine({ log: embedded.log, store: embedded.store, functions, limits });
  let engine = await start();
  try {
    return await use({
      get engine() {
        return engine;
      },
      embedded,
      restart: async () => {
        await engine.stop();
        engine = await start();
        return engine;
      },
    });
  } finally {
    await engine.stop();
    await embedded.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const WORKFLOWS = ['parts-a', 'parts-b', 'parts-c', 'parts-d'];

/**
 * (2) 200 joins x 1,000 events, durable, against a bare loop that reads and parses the same log. The events lie in
 * the log before either starts; both read it in turn, several rounds.
 */
export async function joinsRow(): Promise<Row[]> {
  const ratios: number[] = [];
  const rates: number[] = [];
  const bares: number[] = [];
  for (let round = 0; round < 4; round++) {
    const { rate, bare } = await withEmbedded(async ({ engine, embedded, restart }) => {
      const workflow = WORKFLOWS[round % WORKFLOWS.length]!;
      await engine.gateway.putWorkflow(workflow, { format: 'triggers', definition: joinsDefinition() });
      await engine.stop();
      const partition = partitionOf(`${workflow}/standing`, PARTITIONS);
      const from = await embedded.log.head(partition);
      await appendAll(embedded, partition, workflow);
      const total = JOINS * EVENTS_PER_JOIN;
      const bareOnce = () => seconds(() => readBare(embedded, partition, from, total));
      const bareSeconds = [await bareOnce(), await bareOnce()];
      globalThis.gc?.();
      const spent = await seconds(async () => {
        const worker = (await restart()).worker;
        const target = from + total;
        while ((worker.metrics.get(partition)?.position ?? 0) < target)
          await new Promise((resolve) => setTimeout(resolve, 1));
      });
      bareSeconds.push(await bareOnce());
      return { rate: total / spent, bare: total / median(bareSeconds) };
    });
    if (round === 0) continue;
    rates.push(rate);
    bares.push(bare);
    ratios.push(rate / bare);
  }
  return [
    {
      name: 'embedded.joins',
      value: Math.round(median(rates)),
      unit: 'events/s',
      baseline: Math.round(median(bares)),
      ratio: median(ratios),
    },
  ];
}

/** In a function of its own, so that the texts are garbage when the clock runs. */
async function appendAll(embedded: Embedded, partition: number, workflow: string): Promise<void> {
  const texts = joinEvents(workflow).map((event) => JSON.stringify(event));
  for (let i = 0; i < texts.length; i += 10_000)
    await embedded.log.append(partition, texts.slice(i, i + 10_000));
}

async function readBare(embedded: Embedded, partition: number, from: number, total: number): Promise<void> {
  const reader = await embedded.log.open(partition, from, () => {});
  let seen = 0;
  for (;;) {
    const records = reader.take(2_000);
    if (records.length === 0) break;
    for (const record of records) if (JSON.parse(record.value).id !== undefined) seen++;
  }
  reader.close();
  if (seen !== total) throw new Error(`the bare loop saw ${seen} of ${total} events`);
}

/** A chain of tasks as the DAG dialect compiles it: each waits for the one before. */
export const TEN_TASKS = {
  tasks: Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [
      `task-${i}`,
      {
        ...(i > 0 && { needs: [`task-${i - 1}`] }),
        function: { name: 'increment', input: i === 0 ? '${ input }' : `\${ results["task-${i - 1}"] }` },
      },
    ]),
  ),
  output: '${ results["task-9"] }',
};

const FUNCTIONS = new Map([['increment', (input: unknown) => (input as number) + 1]]);

/** (4) Runs of a ten-task DAG of in-process functions a second, all of it durable. */
export async function dagRow(definition: { format: string; definition: unknown }): Promise<Row[]> {
  const rate = await withEmbedded(async ({ engine }) => {
    await engine.gateway.putWorkflow('ten', definition);
    const rates: number[] = [];
    for (let round = 0; round < 4; round++) {
      const runs = round === 0 ? 1_000 : 10_000;
      rates.push(await completedPerSecond(engine, 'ten', runs, `r${round}`));
    }
    const check = await engine.gateway.getRun('ten', 'r1-17');
    if (check.output !== 10) throw new Error(`a run gave ${JSON.stringify(check)}`);
    return median(rates.slice(1));
  }, FUNCTIONS);
  return [{ name: 'embedded.dag-10', value: Math.round(rate), unit: 'runs/s' }];
}

/** Live runs at the most, as a bounded client keeps them. */
const RUNS_AT_ONCE = 1_000;

/** Starts runs through the log, as clients do in bulk, and waits until all have ended. */
export async function completedPerSecond(
  engine: Engine,
  workflow: string,
  runs: number,
  prefix: string,
): Promise<number> {
  const ended = () =>
    [...engine.worker.metrics.values()].reduce((sum, metrics) => sum + metrics.runsEnded, 0);
  const before = ended();
  const spent = await seconds(async () => {
    for (let i = 0; i < runs; i += 500) {
      while (i - (ended() - before) > RUNS_AT_ONCE) await new Promise((resolve) => setImmediate(resolve));
      const part = Array.from({ length: Math.min(500, runs - i) }, (_, j) => ({
        specversion: '1.0' as const,
        id: `${prefix}-${i + j}`,
        source: '/bench',
        type: 'dev.tidegate.command.start',
        workflow,
        run: `${prefix}-${i + j}`,
        data: { version: 1, input: 0 },
      }));
      await engine.gateway.publish(part);
    }
    while (ended() - before < runs) await new Promise((resolve) => setTimeout(resolve, 1));
  });
  return runs / spent;
}

/** (5) From the end of one task to the start of the next, one run at a time. */
export async function latencyRows(definition: { format: string; definition: unknown }): Promise<Row[]> {
  const steps: number[] = [];
  let last = 0;
  const timed = new Map([
    [
      'increment',
      (input: unknown) => {
        const now = performance.now();
        if (last > 0) steps.push(now - last);
        last = performance.now();
        return (input as number) + 1;
      },
    ],
  ]);
  await withEmbedded(async ({ engine }) => {
    await engine.gateway.putWorkflow('ten', definition);
    for (let i = 0; i < 220; i++) {
      last = 0;
      if (i === 20) steps.length = 0;
      await engine.gateway.startRun('ten', { id: `r${i}`, input: 0 }, { waitMs: 5_000 });
    }
  }, timed);
  return [
    { name: 'embedded.step-latency-p50', value: percentile(steps, 0.5), unit: 'ms' },
    { name: 'embedded.step-latency-p99', value: percentile(steps, 0.99), unit: 'ms' },
  ];
}

/** The same chain as plain triggers, where the dialect's own overhead is to be left out. */
export function chainOfTriggers(length: number): TriggersDefinition {
  const succeeded = 'dev.tidegate.task.succeeded';
  return {
    triggers: [
      ...Array.from({ length }, (_, i) => ({
        id: `task-${i}`,
        activationEvents: [
          i === 0 ? { type: 'dev.tidegate.run.started' } : { type: succeeded, subject: `task-${i - 1}` },
        ],
        condition: { type: 'always' as const },
        actions: [
          {
            type: 'function' as const,
            name: 'increment',
            input: i === 0 ? '${ input }' : '${ event.data }',
          },
        ],
      })),
      {
        id: 'end',
        activationEvents: [{ type: succeeded, subject: `task-${length - 1}` }],
        condition: { type: 'always' },
        actions: [{ type: 'complete', output: '${ event.data }' }],
      },
    ],
  };
}
