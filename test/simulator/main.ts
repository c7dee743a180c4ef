import { parseArgs } from 'node:util';
import { simulate } from './simulation.ts';
import type { FaultKind } from './world/faults.ts';

/** `npm run simulate -- --seeds N [--from S]`, or one seed with all that happened: `--seed S --trace`. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    most: { type: 'string', default: '10' },
  },
});

/** Real time after which one simulation is given up. */
const SEED_MS = 60_000;
const first = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const faults: Partial<Record<FaultKind, number>> = {};
const kinds: Record<string, number> = {};
const began = performance.now();
let failed = 0;
let events = 0;

for (let seed = first; seed < first + count; seed++) {
  const watchdog = setTimeout(() => {
    console.error(
      `seed ${seed} has not ended after ${SEED_MS / 1000} s; replay: npm run simulate -- --seed ${seed} --trace`,
    );
    process.exit(2);
  }, SEED_MS);
  const result = await simulate({ seed, trace: values.trace });
  clearTimeout(watchdog);
  events += result.events;
  for (const kind of result.kinds) kinds[kind] = (kinds[kind] ?? 0) + 1;
  for (const [kind, times] of Object.entries(result.faults)) {
    faults[kind as FaultKind] = (faults[kind as FaultKind] ?? 0) + times;
  }
  for (const line of result.trace ?? []) console.log(line);
  if (result.violations.length > 0) {
    failed++;
    console.log(`seed ${seed} [${result.kinds}] breaks promises (trace ${result.hash}):`);
    for (const violation of result.violations.slice(0, 8)) console.log(`  ${violation}`);
    console.log(`  replay: npm run simulate -- --seed ${seed} --trace`);
    if (failed >= Number(values.most)) break;
  } else if (values.seed !== undefined) {
    console.log(
      `seed ${seed} [${result.kinds}] holds: ${result.events} events, ${result.turns} turns, trace ${result.hash}`,
    );
  }
  const done = seed - first + 1;
  if (done % 500 === 0) {
    const rate = (done / (performance.now() - began)) * 1000;
    console.log(`${done} of ${count} seeds, ${failed} failed, ${rate.toFixed(0)} a second`);
  }
}

const seconds = (performance.now() - began) / 1000;
console.log(
  `${failed === 0 ? 'all promises held' : `${failed} seeds failed`}; ${events} events in ${seconds.toFixed(1)} s`,
);
console.log(`workloads: ${JSON.stringify(kinds)}`);
console.log(`faults: ${JSON.stringify(faults)}`);
process.exitCode = failed === 0 ? 0 : 1;
