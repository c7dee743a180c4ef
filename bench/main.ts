import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  choiceLoopRow,
  compileRow,
  distributedMapRows,
  inlineMapRows,
  languagesRow,
  passTenRow,
} from './asl.ts';
import { decayRow } from './decay.ts';
import { dagRow, joinsRow, latencyRows, TEN_TASKS } from './embedded.ts';
import { engineRows } from './engine.ts';
import { matchRows } from './match.ts';
import type { Row } from './measure.ts';
import { memoryRow } from './memory.ts';
import { LOG_KINDS, type LogKind, measureSplit } from './split/index.ts';

/** `npm run bench -- [--log LOG] [--json FILE] [--only PART]`: measures, prints a table, writes the rows. */
const MEASURES: readonly (readonly [name: string, measure: () => Promise<Row[]> | Row[]])[] = [
  ['engine', engineRows],
  ['match', matchRows],
  ['embedded.joins', joinsRow],
  ['embedded.dag', () => dagRow({ format: 'dag', definition: TEN_TASKS })],
  ['embedded.step-latency', () => latencyRows({ format: 'dag', definition: TEN_TASKS })],
  ['memory', memoryRow],
  ['embedded.decay', decayRow],
  ['asl.pass-10', passTenRow],
  ['asl.choice-loop', choiceLoopRow],
  ['asl.map-inline', inlineMapRows],
  ['asl.map-distributed', distributedMapRows],
  ['asl.compile', compileRow],
  ['asl.transform', languagesRow],
];

const { values } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string' }, log: { type: 'string' } },
});
const rows: Row[] = [];
if (values.log === undefined) await measureEmbedded();
else if (LOG_KINDS.includes(values.log as LogKind))
  await measureSplit(values.log as LogKind, values.only, report);
else throw new Error(`--log is ${values.log}; it must be one of ${LOG_KINDS.join(', ')}`);
writeFileSync(values.json ?? 'bench-results.json', `${JSON.stringify(rows, null, 2)}\n`);

async function measureEmbedded(): Promise<void> {
  for (const [name, measure] of MEASURES) {
    if (values.only !== undefined && !name.startsWith(values.only)) continue;
    for (const row of await measure()) report(row);
  }
}

function report(row: Row): void {
  rows.push(row);
  const against = row.ratio === undefined ? '' : `${row.ratio.toFixed(2)} of ${format(row.baseline!)}`;
  console.log(`${row.name.padEnd(30)} ${format(row.value).padStart(12)} ${row.unit.padEnd(10)} ${against}`);
}

function format(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
