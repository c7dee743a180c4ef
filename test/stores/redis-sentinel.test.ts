import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyIn, started, Writer } from '../conformance/batches.ts';
import { type RedisSentinel, startRedisSentinel } from '../servers/index.ts';
import { until } from '../servers/waiting.ts';
import { openStore } from './redis-stores.ts';

let sentinel: RedisSentinel;
beforeAll(async () => {
  sentinel = await startRedisSentinel();
});
afterAll(() => sentinel.stop());

test('through sentinels the store follows its master to another server', async () => {
  const url = `${sentinel.url.replace('redis:', 'redis+sentinel:')}/${sentinel.masterName}`;
  const store = await openStore(url, { timeoutMs: 1_000 });
  const writer = await Writer.acquire(store);
  const key = keyIn(0, 'w', 1);
  await writer.write([{ ...started(key), history: ['1'], historyFrom: 1 }]);
  const master = new Redis(sentinel.nodes[0]!.port, '127.0.0.1');
  await master.call('WAIT', 2, 5_000);
  master.disconnect();
  let gaps = 0;
  await store.shared!.notices.subscribe(
    'runs',
    () => {},
    () => {
      gaps += 1;
    },
  );
  await sentinel.nodes[0]!.kill();
  const batch = writer.next({ runs: [{ ...started(key), history: ['2'], historyFrom: 2 }] });
  const written = () =>
    store.checkpoint(batch).then(
      () => true,
      (error: { code?: string }) => {
        if (error.code !== 'STORE_UNAVAILABLE') throw error;
        return false;
      },
    );
  await until(written, { what: 'the new master to take the checkpoint' });
  expect(await store.history(key, 1, 9)).toHaveLength(2);
  expect(await store.acquire(0, { token: 'next', epoch: 2 })).toMatchObject({ checkpoint: 2, position: 20 });
  await until(() => gaps > 0, { what: 'listeners to learn of the gap' });
  await store.close();
}, 60_000);
