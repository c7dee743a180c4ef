import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import type { EventLog, RedisStreamsLogOptions } from '../../../src/logs/index.ts';
import { TidegateError } from '../../../src/model/errors.ts';
import { eventually, type Follower, follow } from '../../conformance/follower.ts';
import { startRedis, startRedisCluster } from '../../servers/index.ts';
import type { RedisServer } from '../../servers/running-server.ts';
import { until } from '../../servers/waiting.ts';
import { AcknowledgedAppends } from '../acknowledged-appends.ts';
import { openTestLog } from './test-log.ts';

let server: RedisServer | undefined;
const logs: EventLog[] = [];
async function open(url: string, options: Partial<RedisStreamsLogOptions> = {}): Promise<EventLog> {
  return logs[logs.push(await openTestLog(url, { timeoutMs: 2_000, ...options })) - 1]!;
}
async function start(options: Parameters<typeof startRedis>[0] = {}): Promise<RedisServer> {
  server = await startRedis(options);
  return server;
}
afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.close()));
  await server?.stop();
  server = undefined;
});

/** Readers have a connection of their own, which may be on its way back when appends are acknowledged again. */
async function followAgain(log: EventLog, partition: number): Promise<Follower> {
  let follower: Follower | undefined;
  const unavailable = (error: unknown) => {
    if (!(error instanceof TidegateError && error.code === 'LOG_UNAVAILABLE')) throw error;
  };
  await until(
    async () => {
      follower = (await follow(log, partition, 0).catch(unavailable)) ?? undefined;
      return follower !== undefined;
    },
    { what: `a reader of partition ${partition}` },
  );
  return follower!;
}

describe('P1: an acknowledged event is never lost', () => {
  test('when the server is killed again and again under load', { timeout: 60_000 }, async () => {
    const redis = await start({ appendfsync: 'always' });
    const log = await open(redis.url);
    const live = await follow(log, 0, 0);
    const appends = [0, 1].map((partition) => new AcknowledgedAppends(log, partition));
    for (let i = 0; i < 3; i += 1) {
      await Promise.all(appends.map((each) => each.more(200)));
      await redis.kill();
      await redis.start();
    }
    await Promise.all(appends.map((each) => each.more(200)));
    await Promise.all(appends.map((each) => each.stop()));
    const kept = await all(await followAgain(log, 0), await log.head(0));
    expect(appends[0]!.lostFrom(kept)).toEqual([]);
    expect(appends[1]!.lostFrom(await all(await followAgain(log, 1), await log.head(1)))).toEqual([]);
    // A reader that lived through it all has read the same, without a gap or a repeat.
    expect(await all(live, await log.head(0))).toEqual(kept);
  });

  test('when the server stands still for a while', { timeout: 60_000 }, async () => {
    const redis = await start();
    const log = await open(redis.url);
    const live = await follow(log, 0, 0);
    const appends = new AcknowledgedAppends(log, 0);
    await appends.more(100);
    await redis.kill('SIGSTOP');
    const { failures } = appends;
    await eventually(() => appends.failures > failures);
    await redis.kill('SIGCONT');
    await appends.more(100);
    await appends.stop();
    const kept = await all(live, await log.head(0));
    expect(appends.lostFrom(kept)).toEqual([]);
    expect(kept).toEqual(await all(await followAgain(log, 0), await log.head(0)));
  });
});

test('goes on in a Cluster that has lost a master', { timeout: 90_000 }, async () => {
  const cluster = await startRedisCluster();
  try {
    const log = await open(cluster.url);
    const followers = await Promise.all([0, 1].map((partition) => follow(log, partition, 0)));
    for (const partition of [0, 1]) await log.append(partition, ['"before"']);
    for (const follower of followers) expect(await follower.gather(1)).toMatchObject([{ value: '"before"' }]);
    await cluster.nodes[0]!.kill();
    for (const partition of [0, 1]) {
      const appended = () => log.append(partition, ['"after"']).then(Boolean, () => false);
      await until(appended, { what: 'an append' });
    }
    for (const follower of followers)
      expect((await follower.gather(1))[0]).toMatchObject({ value: '"after"' });
    await log.close();
  } finally {
    await cluster.stop();
  }
});

test('LOG_UNAVAILABLE while the server is down', async () => {
  const redis = await start();
  const log = await open(redis.url);
  await redis.kill();
  await expect(log.append(0, ['1'])).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  await expect(log.head(0)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  await expect(follow(log, 0, 0)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  await expect(openTestLog(redis.url)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
});

test('LOG_MISSING once the streams are gone, from take and append', async () => {
  const redis = await start();
  const log = await open(redis.url);
  await log.append(0, ['1']);
  const live = await follow(log, 0, 0);
  await live.gather(1);
  const client = new Redis(redis.url);
  await client.del('{tidegate:0}:log');
  client.disconnect();
  await expect(live.gather(1)).rejects.toMatchObject({ code: 'LOG_MISSING' });
  await expect(log.append(0, ['2'])).rejects.toMatchObject({ code: 'LOG_MISSING' });
  await expect(openTestLog(redis.url)).rejects.toMatchObject({ code: 'LOG_MISSING' });
});

test('a reader far behind finds out when records were trimmed rather than skip', async () => {
  const redis = await start();
  const log = await open(redis.url, { maxBytesInFlight: 1 });
  await log.append(
    0,
    Array.from({ length: 50 }, (_, i) => `${i}`),
  );
  const slow = await follow(log, 0, 0);
  const first = await slow.gather(1, 1);
  expect(first).toMatchObject([{ offset: 1 }]);
  const client = new Redis(redis.url);
  await client.xtrim('{tidegate:0}:log', 'MINID', '0-40');
  client.disconnect();
  const failed = (async () => {
    let last = 1;
    for (;;) for (const { offset } of await slow.gather(1, 1)) expect(offset).toBe(++last);
  })();
  await expect(failed).rejects.toMatchObject({ code: 'POSITION_LOST' });
});

test('lets go of what lies far below the position, and of nothing above it', async () => {
  const redis = await start();
  let now = 1_000_000;
  const clock = { now: () => now, after: () => () => undefined };
  const log = await open(redis.url, { clock, retentionMs: 1_000, keepRecords: 10 });
  const values = Array.from({ length: 2_000 }, (_, i) => `${i}`);
  await log.append(0, values);
  await log.commit(0, 1_500);
  await follow(log, 0, 0);
  now += 5_000;
  await log.commit(0, 1_500);
  await expect(follow(log, 0, 0)).rejects.toMatchObject({ code: 'POSITION_LOST' });
  const kept = await follow(log, 0, 1_490);
  kept.reader.close();
});

test('STORE_FULL when Redis has no memory left, and appends go on when it has', async () => {
  const redis = await start({ config: { maxmemory: '4mb' } });
  const log = await open(redis.url);
  const large = `"${'x'.repeat(500_000)}"`;
  const fill = async () => {
    for (;;) await log.append(0, [large]);
  };
  await expect(fill()).rejects.toMatchObject({ code: 'STORE_FULL' });
  const client = new Redis(redis.url);
  await client.config('SET', 'maxmemory', '100mb');
  client.disconnect();
  expect(await log.append(0, ['1'])).toBe((await log.head(0)) - 1);
});

test('PARTITIONS_CHANGED, LOG_MISSING and ACCESS_DENIED at the opening', async () => {
  const redis = await start({ config: { requirepass: 's3cret' } });
  await expect(openTestLog(redis.url, { create: false })).rejects.toMatchObject({ code: 'LOG_MISSING' });
  await open(redis.url);
  await expect(openTestLog(redis.url, { partitions: 3 })).rejects.toMatchObject({
    code: 'PARTITIONS_CHANGED',
  });
  const wrong = redis.url.replace('s3cret', 'wrong');
  await expect(openTestLog(wrong)).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    message: expect.stringContaining('the default user'),
  });
});

test('check says what breaks a promise', async () => {
  const redis = await start({ config: { 'maxmemory-policy': 'allkeys-lru' } });
  const log = await open(redis.url);
  expect((await log.check!()).join('\n')).toMatch(
    /appendfsync is everysec[\s\S]*maxmemory-policy is allkeys-lru/,
  );
  const client = new Redis(redis.url);
  await client.config('SET', 'appendfsync', 'always');
  await client.config('SET', 'maxmemory-policy', 'noeviction');
  client.disconnect();
  expect(await log.check!()).toEqual([]);
});

/** All records below `head`. */
async function all(from: Follower, head: number): Promise<{ offset: number; value: string }[]> {
  const records: { offset: number; value: string }[] = [];
  while ((records.at(-1)?.offset ?? 0) < head - 1) records.push(...(await from.gather(1, 10_000)));
  return records;
}
