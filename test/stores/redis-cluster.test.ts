import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyIn, started, Writer } from '../conformance/batches.ts';
import { sharedStoreConformance } from '../conformance/shared-store.ts';
import { stateStoreConformance } from '../conformance/state-store.ts';
import { type RedisCluster, startRedisCluster } from '../servers/index.ts';
import { until } from '../servers/waiting.ts';
import { freshPrefix, openStore, redisStoreFactory, twoStores } from './redis-stores.ts';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.stop());

stateStoreConformance(
  'redis cluster',
  redisStoreFactory(async () => cluster.url),
);
sharedStoreConformance('redis cluster', () => twoStores(cluster.url));

describe('a cluster', () => {
  test('spreads partitions over its nodes, each whole on one', async () => {
    const prefix = freshPrefix();
    const store = await openStore(cluster.url, { prefix, partitions: 8 });
    await Promise.all(Array.from({ length: 8 }, (_, partition) => Writer.acquire(store, partition)));
    const counts = await onMasters((master) => master.keys(`{${prefix}:*}:partition`));
    expect(counts.flat()).toHaveLength(8);
    expect(counts.filter((keys) => keys.length > 0).length).toBeGreaterThan(1);
    const last = new Redis(cluster.nodes[2]!.port, '127.0.0.1');
    await last.config('SET', 'appendonly', 'no');
    expect(await store.check!()).toEqual([
      expect.stringContaining('everysec'),
      expect.stringContaining('appendonly is off'),
    ]);
    await last.config('SET', 'appendonly', 'yes');
    last.disconnect();
    await store.close();
  });

  test('that moves a slot refuses everything about its partition until it is done; nothing is half written', async () => {
    const prefix = freshPrefix();
    const store = await openStore(cluster.url, { prefix });
    const writer = await Writer.acquire(store);
    const keys = Array.from({ length: 20 }, (_, n) => keyIn(0, 'w', n));
    await writer.write(
      keys.map((key) => ({ ...started(key, {}, [['e', '1']]), history: ['1'], historyFrom: 1 })),
    );
    const move = await beginMove(`{${prefix}:0}:partition`);
    const batch = writer.next({
      runs: keys.map((key) => ({ key, cells: [['e', '2']], history: ['2'], historyFrom: 2 })),
    });
    const expectRefused = async () => {
      await expect(store.checkpoint(batch)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await expect(store.loadRuns(0, keys)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    };
    // Before any key has moved, with the partition's own and some others there, and with all of them there.
    await expectRefused();
    await move.keys((key) => key.includes('partition') || key.includes('cells'));
    await expectRefused();
    await move.keys(() => true);
    await expectRefused();
    await move.end();
    await until(
      () =>
        store.checkpoint(batch).then(
          () => true,
          () => false,
        ),
      { what: 'the slot to be served' },
    );
    const runs = await store.loadRuns(0, keys);
    expect(runs.map((run) => run?.cells)).toEqual(keys.map(() => [['e', '2']]));
    for (const key of keys) expect(await store.history(key, 1, 9)).toHaveLength(2);
    await store.close();
  }, 60_000);

  test('whose master dies is sat out until a replica stands in; others go on', async () => {
    const prefix = freshPrefix();
    const store = await openStore(cluster.url, { prefix, partitions: 8, timeoutMs: 1_000 });
    const writers = await Promise.all(
      Array.from({ length: 8 }, (_, partition) => Writer.acquire(store, partition)),
    );
    for (const writer of writers) await writer.write([]);
    // What has not reached the replica may be gone with the master: wait for it.
    await onMasters((master) => master.call('WAIT', 1, 5_000));
    let gaps = 0;
    const heard: string[] = [];
    await store.shared!.notices.subscribe(
      'runs',
      (message) => heard.push(message),
      () => {
        gaps += 1;
      },
    );
    const [victim] = cluster.nodes;
    const lost = await onMasters((master) => master.keys(`{${prefix}:*}:partition`));
    expect(lost[0]!.length).toBeLessThan(8);
    await victim!.kill();
    const batches = writers.map((writer) => writer.next());
    await Promise.all(
      batches.map((batch) =>
        until(
          () =>
            store.checkpoint(batch).then(
              () => true,
              (error: { code?: string }) => {
                if (error.code !== 'STORE_UNAVAILABLE') throw error;
                return false;
              },
            ),
          { what: `partition ${batch.partition} to be written` },
        ),
      ),
    );
    for (const writer of writers) {
      const state = await store.acquire(writer.partition, { token: 'next', epoch: 2 });
      expect(state).toMatchObject({ checkpoint: 2, position: 20 });
    }
    await until(() => gaps > 0, { what: 'listeners to learn of the gap' });
    store.shared!.notices.publish('runs', 'after the gap');
    await until(() => heard.includes('after the gap'), { what: 'a notice' });
    await store.close();
    await victim!.start();
  }, 60_000);
});

async function onMasters<T>(use: (master: Redis) => Promise<T>): Promise<T[]> {
  return Promise.all(
    cluster.nodes.slice(0, 3).map(async ({ port }) => {
      const master = new Redis(port, '127.0.0.1');
      try {
        return await use(master);
      } finally {
        master.disconnect();
      }
    }),
  );
}

/** Begins to move the slot of `key` to another master. */
async function beginMove(key: string) {
  const masters = cluster.nodes.slice(0, 3).map(({ port }) => new Redis(port, '127.0.0.1'));
  const slot = Number(await masters[0]!.cluster('KEYSLOT', key));
  const from = Math.floor((slot * 3) / 16_384);
  const [source, target] = [masters[from]!, masters[(from + 1) % 3]!];
  const [sourceId, targetId] = [
    `${await source.call('CLUSTER', 'MYID')}`,
    `${await target.call('CLUSTER', 'MYID')}`,
  ];
  await target.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', sourceId);
  await source.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', targetId);
  return {
    async keys(which: (key: string) => boolean) {
      const keys = (await source.cluster('GETKEYSINSLOT', slot, 1_000)) as string[];
      const moved = keys.filter(which);
      expect(moved.length).toBeGreaterThan(0);
      await source.call('MIGRATE', '127.0.0.1', target.options.port!, '', 0, 5_000, 'KEYS', ...moved);
    },
    async end() {
      for (const master of [target, source, ...masters]) {
        await master.call('CLUSTER', 'SETSLOT', slot, 'NODE', targetId);
      }
      for (const master of masters) master.disconnect();
    },
  };
}
