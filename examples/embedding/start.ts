/**
 * Tidegate inside a program: named functions, a DAG over them, a run watched to its end. Nothing listens anywhere.
 *
 *   node examples/embedding/start.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// In a program of your own: import { startTidegate } from 'tidegate';
import { startTidegate } from '../../src/index.ts';

const DEFINITION = `
tasks:
  list: { function: { name: listOrders, input: '\${input.day}' } }
  price:
    needs: list
    forEach: \${results.list}
    function: { name: priceOrder, input: '\${item}' }
    retry: { maxAttempts: 3, interval: 50ms }
  total: { needs: price, function: { name: sum, input: '\${results.price}' } }
output: { day: '\${input.day}', total: '\${results.total}' }
`;

const dataDir = mkdtempSync(join(tmpdir(), 'tidegate-embedding-'));
const tidegate = await startTidegate({
  dataDir,
  functions: {
    listOrders: (day) => [`${day}/1`, `${day}/2`, `${day}/3`],
    // A call has an id that is the same whenever it is repeated: the key to do a thing once.
    priceOrder(order, { id, attempt }) {
      if (order === 'monday/2' && attempt === 1) throw new Error('the price list is being written');
      console.log(`priced ${order} under ${id}`);
      return Number(String(order).split('/')[1]) * 10;
    },
    sum: (prices) => (prices as number[]).reduce((total, price) => total + price, 0),
  },
});
try {
  const { gateway } = tidegate;
  await gateway.putWorkflow('orders', { format: 'dag', definition: DEFINITION });
  const { run } = await gateway.startRun('orders', { input: { day: 'monday' } }, { waitMs: 30_000 });
  console.log(run.status, JSON.stringify(run.output));
  process.exitCode = run.status === 'SUCCEEDED' ? 0 : 1;
} finally {
  await tidegate.stop();
  rmSync(dataDir, { recursive: true });
}
