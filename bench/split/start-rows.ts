import { median, type Row } from '../measure.ts';
import { Installation } from './installation.ts';
import { joinLoad, joinWorkflows } from './joins-row.ts';
import { preload } from './load.ts';
import { Progress } from './progress.ts';
import { RoleProcess } from './role-process.ts';
import type { Servers } from './servers.ts';

const ROUNDS = 5;
const LIMIT_MS = 30_000;
/** Long enough that what a start leaves behind is collected. */
const IDLE_MS = 3_000;

/** From the start of a worker's process to the checkpoint of the first event, which lies in the log; and what it weighs then. */
export async function startRows(servers: Servers): Promise<Row[]> {
  const times: number[] = [];
  const listening: number[] = [];
  const sizes: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const installation = new Installation(servers);
    const loaded = await preload(installation, (partition) => joinLoad(partition).slice(0, 1));
    await installation.putWorkflows(joinWorkflows());
    const began = performance.now();
    const worker = new RoleProcess('worker', installation);
    try {
      const listens = worker.address().then(() => listening.push(performance.now() - began));
      const samples = await new Progress(installation).watch(
        ({ positions }) => loaded.countAll(positions) > 0,
        { what: 'the first event', limitMs: LIMIT_MS },
      );
      times.push(samples.at(-1)!.at - began);
      await listens;
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      sizes.push(worker.memory().now / 2 ** 20);
    } finally {
      await worker.end();
    }
    await installation.forget();
  }
  return [
    { name: 'worker.start', value: median(times), unit: 'ms' },
    { name: 'worker.rss-idle', value: median(sizes), unit: 'MiB' },
  ];
}
