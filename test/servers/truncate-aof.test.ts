import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RedisServer, startRedis, truncateAof } from './index.ts';
import { until } from './waiting.ts';

let server: RedisServer;
beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.stop());

async function withClient<Result>(use: (client: Redis) => Promise<Result>): Promise<Result> {
  const client = new Redis(server.url);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

it('loses the last commands, by bytes, each whole', async () => {
  await withClient(async (client) => {
    for (let i = 1; i <= 10; i++) await client.rpush('list', i);
  });
  await server.kill();
  expect(truncateAof(server, 40)).toMatchObject({ commands: 2 });
  await server.start();
  expect(await withClient((client) => client.lrange('list', 0, -1))).toEqual([
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
    '8',
  ]);
});

it('loses a transaction as a whole', async () => {
  await withClient(async (client) => {
    await client.set('before', 'kept');
    await client.multi().set('a', '1').set('b', '2').exec();
  });
  await server.kill();
  expect(truncateAof(server, 1)).toMatchObject({ commands: 2 });
  await server.start();
  expect(await withClient((client) => client.keys('*'))).toEqual(['before']);
});

it('loses what was written in the last moments, and no more than a second before them', async () => {
  const [first, last] = await withClient(async (client) => {
    const second = () => Math.floor(Date.now() / 1_000);
    const start = second();
    await client.set('early', `${start}`);
    await until(() => second() >= start + 2, { what: 'two seconds to pass' });
    await client.set('late', `${second()}`);
    return [start, second()];
  });
  expect(last - first).toBeGreaterThanOrEqual(2);
  await server.kill();
  expect(truncateAof(server, { lastMs: 100 })).toMatchObject({ commands: 1 });
  await server.start();
  expect(await withClient((client) => client.keys('*'))).toEqual(['early']);
});

it('is refused while the server runs', () => {
  expect(() => truncateAof(server, 1)).toThrow('kill it first');
});
