import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Embedded } from '../src/logs/index.ts';
import type { Engine } from '../src/workers/index.ts';
import { withEmbedded } from './embedded.ts';
import type { Row } from './measure.ts';

const RUNS = 100_000;
const WARM_UP = 20_000;

/** (6) Bytes of worker memory for a live run that waits: started, its join half full, everything written. */
export async function memoryRow(): Promise<Row[]> {
  const bytes = await new Promise<number>((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['measure'], {
      execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    });
    child.once('message', (message) => resolve(message as number));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the measuring process ended with ${code}`)));
  });
  return [{ name: 'memory.idle-run', value: Math.round(bytes), unit: 'bytes' }];
}

async function measure(): Promise<number> {
  return await withEmbedded(async ({ engine, embedded }) => {
    await engine.gateway.putWorkflow('order', {
      format: 'triggers',
      definition: {
        run: 'started',
        triggers: [
          {
            id: 'paid-and-packed',
            activationEvents: [{ type: 'com.example.order', subject: '*' }],
            condition: { type: 'join', expected: ['paid', 'packed'] },
            actions: [{ type: 'complete' }],
          },
        ],
      },
    });
    // The first runs also pay for code, caches and windows of fixed size; those after them only for themselves.
    await addRuns(engine, embedded, 0, WARM_UP);
    const before = heap();
    await addRuns(engine, embedded, WARM_UP, RUNS);
    return (heap() - before) / RUNS;
  });
}

async function addRuns(engine: Engine, embedded: Embedded, from: number, count: number): Promise<void> {
  for (let i = from; i < from + count; i += 1_000) {
    const events = Array.from({ length: 1_000 }, (_, j) => [
      command(`run-${i + j}`, { version: 1, input: { order: i + j } }),
      {
        specversion: '1.0' as const,
        id: `paid-${i + j}`,
        source: '/shop',
        type: 'com.example.order',
        subject: 'paid',
        workflow: 'order',
        run: `run-${i + j}`,
      },
    ]).flat();
    await engine.gateway.publish(events);
  }
  const held = () => [...engine.worker.metrics.values()].reduce((sum, metrics) => sum + metrics.held, 0);
  const seen = () => [...engine.worker.metrics.values()].reduce((sum, metrics) => sum + metrics.events, 0);
  while (seen() < 2 * (from + count)) await new Promise((resolve) => setTimeout(resolve, 10));
  // Lets the store fold what it holds for writing: that is its memory, not the runs'.
  await embedded.store.listRuns({}, { limit: 1 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  if (held() < from + count) throw new Error(`only ${held()} runs are in memory`);
}

function command(run: string, data: unknown) {
  return {
    specversion: '1.0' as const,
    id: `start-${run}`,
    source: '/bench',
    type: 'dev.tidegate.command.start',
    workflow: 'order',
    run,
    data,
  };
}

function heap(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

if (process.argv[2] === 'measure') {
  const bytes = await measure();
  process.send?.(bytes);
  process.disconnect?.();
}
