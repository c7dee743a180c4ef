import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';
import { LOG_KINDS, type LogKind } from './options.ts';
import { type ChaosReport, textOf } from './report.ts';

/** `npm run chaos -- --log kafka|nats|redis --minutes 10`; docs/chaos.md says the rest. */
const { values } = parseArgs({
  options: {
    log: { type: 'string', multiple: true, default: [...LOG_KINDS] },
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '3' },
    frontends: { type: 'string', default: '2' },
    fsync: { type: 'string' },
    report: { type: 'string' },
    logs: { type: 'string' },
    calm: { type: 'boolean', default: false },
  },
});
const logs = values.log.filter((each): each is LogKind => LOG_KINDS.includes(each as LogKind));
if (logs.length !== values.log.length) throw new Error(`--log takes ${LOG_KINDS.join(', ')}`);

/** Beyond load and rest, for starting, mending and checking. Its processes and servers end with this one. */
const MORE_MS = 5 * 60_000;
const loadMs = Number(values.minutes) * 60_000;
const reports: ChaosReport[] = [];
for (const log of logs) {
  const watchdog = setTimeout(() => {
    console.error(`the run over ${log} has not ended in time`);
    process.exit(2);
  }, loadMs + MORE_MS);
  const report = await runChaos({
    log,
    loadMs,
    seed: Number(values.seed),
    workers: Number(values.workers),
    frontends: Number(values.frontends),
    storeLoss: log !== 'redis' && values.fsync !== 'always',
    faults: !values.calm,
    ...(values.logs !== undefined && { logs: join(values.logs, log) }),
    tell: (line) => console.log(line),
  });
  clearTimeout(watchdog);
  reports.push(report);
  if (values.report !== undefined) write(values.report, reports);
  console.log(textOf(report));
  if (!report.held) {
    process.exitCode = 1;
    console.log(`again: npm run chaos -- --log ${log} --minutes ${values.minutes} --seed ${values.seed}`);
  }
}

// A kafkajs producer that lost its broker under a request looks for the answer every millisecond, for ever, closed or not.
process.exit();

/** After each log, as a run over several may take hours. */
function write(file: string, all: readonly ChaosReport[]): void {
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(file.replace(/(\.json)?$/, '.txt'), `${all.map(textOf).join('\n\n')}\n`);
}
