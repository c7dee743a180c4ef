/**
 * Workflows that talk through the log: orders announce that they are paid, shipping subscribes to that, statistics counts
 * what was shipped. Put `kafka: { topic: ... }` or `nats: { subject: ... }` beside an event to announce it elsewhere.
 *
 *   node examples/publishing/start.ts
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { startTidegate } from '../../src/index.ts';

const definitions = parse(readFileSync(new URL('workflows.yaml', import.meta.url), 'utf8')) as object;

let reported = (_count: unknown) => {};
const report = new Promise<unknown>((resolve) => {
  reported = resolve;
});

const tidegate = await startTidegate({
  dataDir: { memory: true },
  functions: {
    ship(order) {
      console.log(`shipping ${order}`);
      return order;
    },
    report: (count) => reported(count),
  },
});
try {
  const { gateway } = tidegate;
  for (const [name, definition] of Object.entries(definitions)) {
    await gateway.putWorkflow(name, { format: 'triggers', definition });
  }
  let payments = 0;
  const pay = (order: string, amount: number) =>
    gateway.publish([
      {
        specversion: '1.0',
        id: String(++payments),
        source: '/bank',
        type: 'com.example.payment.received',
        subject: order,
        workflow: 'orders',
        data: { amount },
      },
    ]);
  for (const order of ['order-1', 'order-2', 'order-3']) await pay(order, 40);
  for (const order of ['order-1', 'order-2', 'order-3']) await pay(order, 70);
  console.log(`shipped today: ${await report}`);
  const letters = await gateway.listDeadLetters({}, { limit: 10 });
  process.exitCode = letters.items.length === 0 ? 0 : 1;
} finally {
  await tidegate.stop();
}
