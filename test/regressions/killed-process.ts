import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbedded } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { startEngine } from '../../src/workers/index.ts';
import { joinOf, parts } from './standing-engine.ts';

/**
 * Run as a process of its own, to be killed: publishes parts `from` to `to` for a join of ten, and prints `taken N` as the
 * number of parts joined so far grows. Each firing is a line in the file `fired`.
 */
const [dataDir = '', from = '1', to = '0'] = process.argv.slice(2);
const { log, store } = await openEmbedded({ dataDir, partitions: 2, limits: LIMITS, now: Date.now });
const fired = () => appendFileSync(join(dataDir, 'fired'), 'fired\n');
const { gateway } = await startEngine({ log, store, functions: new Map([['fired', fired]]) });
await gateway.putWorkflow('w', {
  format: 'triggers',
  definition: { run: 'standing', triggers: [joinOf(10)] },
});
await gateway.publish(
  parts(Number(from), Number(to)).map((part) => ({
    specversion: '1.0',
    id: part.id!,
    source: '/line',
    type: 'part',
    subject: part.subject!,
    workflow: 'w',
    run: 'standing',
  })),
);
let last = -1;
setInterval(async () => {
  const [context] = await gateway.contexts('w', 'standing');
  const count = Number(context?.values['count'] ?? 0);
  if (count !== last) process.stdout.write(`taken ${count}\n`);
  last = count;
}, 5);
