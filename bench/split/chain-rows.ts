import { percentile, type Row } from '../measure.ts';
import { ChildProgram, resultOf } from './child-program.ts';
import { Installation } from './installation.ts';
import type { LoadOrder, LoadResult } from './load-order.ts';
import { RoleProcess } from './role-process.ts';
import type { Servers } from './servers.ts';

const TASKS = 10;
const SECONDS = 8;

/** Restate 1.7 on two such cores: runs a second, and milliseconds a run, alone and at 100 at once; see docs/benchmarks.md. */
const RESTATE = { 1: { runs: 57, runP50: 17 }, 100: { runs: 230, runP50: 424 } } as const;

/** Runs of ten HTTP tasks one after the other: client, front end, log, worker and function are processes of their own. */
export async function chainRows(servers: Servers): Promise<Row[]> {
  const functions = new ChildProgram('function-server');
  const installation = new Installation(servers);
  const { port } = (await functions.next()) as { port: number };
  await installation.putWorkflows({
    chain: { format: 'dag', definition: chainOf(`http://127.0.0.1:${port}/`) },
  });
  const worker = new RoleProcess('worker', installation);
  const frontend = new RoleProcess('frontend', installation);
  try {
    await worker.address();
    const address = await frontend.address();
    await generate({
      address,
      kind: 'run',
      concurrency: 10,
      warmUpSeconds: 0,
      seconds: 3,
      workflows: ['chain'],
    });
    const rows: Row[] = [];
    for (const concurrency of [1, 100] as const) {
      functions.ask();
      await functions.next();
      const result = await generate({
        address,
        kind: 'run',
        concurrency,
        warmUpSeconds: 1,
        seconds: SECONDS,
        workflows: ['chain'],
      });
      functions.ask();
      const steps = (await functions.next()) as number[];
      const name = `chain10.c${concurrency}`;
      const { runs, runP50 } = RESTATE[concurrency];
      rows.push(
        { name: `${name}.step-p50`, value: percentile(steps, 0.5), unit: 'ms' },
        { name: `${name}.step-p99`, value: percentile(steps, 0.99), unit: 'ms' },
        against(`${name}.runs`, result.perSecond, 'runs/s', runs),
        against(`${name}.run-p50`, result.p50, 'ms', runP50),
        { name: `${name}.run-p99`, value: result.p99, unit: 'ms' },
      );
    }
    return rows;
  } finally {
    await Promise.all([worker.end(), frontend.end()]);
    functions.end();
  }
}

function against(name: string, value: number, unit: string, baseline: number): Row {
  return { name, value, unit, baseline, ratio: value / baseline };
}

async function generate(order: LoadOrder): Promise<LoadResult> {
  return (await resultOf('load-generator', order)) as LoadResult;
}

function chainOf(url: string): unknown {
  return {
    tasks: Object.fromEntries(
      Array.from({ length: TASKS }, (_, i) => [
        `task-${i}`,
        {
          ...(i > 0 && { needs: [`task-${i - 1}`] }),
          http: { url, body: { run: '${ run.id }', last: i === TASKS - 1 } },
        },
      ]),
    ),
  };
}
