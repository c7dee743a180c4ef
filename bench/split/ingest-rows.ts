import type { Row } from '../measure.ts';
import { resultOf } from './child-program.ts';
import { Installation } from './installation.ts';
import { joinWorkflows } from './joins-row.ts';
import { BATCH, type LoadOrder, type LoadResult } from './load-order.ts';
import { RoleProcess } from './role-process.ts';
import type { Servers } from './servers.ts';

const SECONDS = 5;
const CONNECTIONS = 64;

/** Events that the front end has put into the log and answered 202 for; no worker runs. */
export async function ingestRows(servers: Servers): Promise<Row[]> {
  const installation = new Installation(servers);
  const workflows = joinWorkflows();
  await installation.putWorkflows(workflows);
  const frontend = new RoleProcess('frontend', installation);
  try {
    const address = await frontend.address();
    const order = { address, concurrency: CONNECTIONS, warmUpSeconds: 2, seconds: SECONDS };
    const generate = async (kind: LoadOrder['kind']) =>
      (await resultOf('load-generator', {
        ...order,
        kind,
        workflows: Object.keys(workflows),
      } satisfies LoadOrder)) as LoadResult;
    const single = await generate('event');
    const batches = await generate('batch');
    const { log } = servers;
    return [
      { name: `${log}.ingest`, value: single.perSecond, unit: 'events/s' },
      { name: `${log}.ingest-p99`, value: single.p99, unit: 'ms' },
      { name: `${log}.ingest-batch`, value: batches.perSecond * BATCH, unit: 'events/s' },
    ];
  } finally {
    await frontend.end();
    await installation.forget();
  }
}
