import type { Row } from '../measure.ts';
import { chainRows } from './chain-rows.ts';
import { ingestRows } from './ingest-rows.ts';
import { joinsRows } from './joins-row.ts';
import { membershipRows } from './membership-rows.ts';
import { machineRow, passRow, runPerEventRow } from './runs-rows.ts';
import { scaleRows } from './scale-rows.ts';
import { LOG_KINDS, type LogKind, type Servers, startServers } from './servers.ts';
import { startRows } from './start-rows.ts';

export { LOG_KINDS, type LogKind };

/** What it measures, with the beginnings of its rows' names; `*` is the log. */
const MEASURES: readonly (readonly [
  names: readonly string[],
  measure: (servers: Servers) => Promise<Row[]>,
])[] = [
  [['*.bare', '*.joins', '*.triggerflow-ratio', 'worker.rss-load'], joinsRows],
  [['redis-store.run-per-event'], runPerEventRow],
  [['redis-store.pass-10'], passRow],
  [['asl.pass-10'], machineRow],
  [['chain10'], chainRows],
  [['*.scale'], scaleRows],
  [['*.rebalance', '*.handover', '*.takeover'], membershipRows],
  [['worker.start', 'worker.rss-idle'], startRows],
  [['*.ingest'], ingestRows],
];

/** Measures on real servers that it starts and stops; `only` is the beginning of a row's name. Reports each row as it comes. */
export async function measureSplit(
  log: LogKind,
  only: string | undefined,
  report: (row: Row) => void,
): Promise<void> {
  const servers = await startServers(log);
  try {
    console.log(servers.descriptions.join(', '));
    for (const [names, measure] of MEASURES) {
      const wanted = names.map((name) => name.replace('*', log));
      if (only !== undefined && !wanted.some((name) => name.startsWith(only) || only.startsWith(name)))
        continue;
      for (const row of await measure(servers)) report(row);
    }
  } finally {
    await servers.stop();
  }
}
