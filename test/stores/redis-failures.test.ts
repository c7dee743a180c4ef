import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TidegateError } from '../../src/model/errors.ts';
import type { Checkpoint, RunChange, StateStore } from '../../src/stores/index.ts';
import { keyIn, started, Writer } from '../conformance/batches.ts';
import { startRedis, tcpProxy, truncateAof } from '../servers/index.ts';
import type { RedisServer } from '../servers/running-server.ts';
import { until } from '../servers/waiting.ts';
import { freshPrefix, openStore } from './redis-stores.ts';

const unavailable = { code: 'STORE_UNAVAILABLE' };
const RUN = keyIn(0, 'w', 1);

let server: RedisServer;
let admin: Redis;
let store: StateStore;
const begin = async (options: Parameters<typeof startRedis>[0] = {}, timeoutMs?: number) => {
  server = await startRedis(options);
  admin = new Redis(server.url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  admin.on('error', () => {}); // it is killed in these tests
  store = await openStore(server.url, timeoutMs === undefined ? {} : { timeoutMs });
};
beforeEach(() => {
  store = undefined as unknown as StateStore;
});
afterEach(async () => {
  admin.disconnect();
  await store?.close();
  await server.stop();
});

/** Adds the checkpoint's number to the run's history. */
function numbered(number: number): RunChange {
  return { ...started(RUN, {}, [['e', `${number}`]]), history: [`"${number}"`], historyFrom: number };
}

/** Sends the same checkpoint until it is acknowledged, as a worker does. Answers how often it was refused. */
async function persist(checkpoint: Checkpoint): Promise<number> {
  for (let refused = 0; ; refused += 1) {
    try {
      await store.checkpoint(checkpoint);
      return refused;
    } catch (error) {
      if (!(error instanceof TidegateError) || error.code !== 'STORE_UNAVAILABLE') throw error;
      await new Promise(setImmediate);
    }
  }
}

async function expectWhole(checkpoints: number): Promise<void> {
  const numbers = Array.from({ length: checkpoints }, (_, i) => i + 1);
  const history = await store.history(RUN, 1, checkpoints + 100);
  expect(history).toEqual(numbers.map((n) => ({ sequence: n, value: `"${n}"` })));
  const state = await store.acquire(0, { token: 'look', epoch: (await store.epochOf(0)) + 1 });
  expect(state).toMatchObject({ checkpoint: checkpoints, position: 10 * checkpoints });
  expect(state.dedupe.map((block) => block[0])).toEqual(numbers);
  expect(state.pending).toEqual([{ run: RUN, cell: 'e', value: `${checkpoints}` }]);
  const [run] = await store.loadRuns(0, [RUN]);
  expect(run?.cells).toEqual([['e', `${checkpoints}`]]);
}

const nextOf = (writer: Writer) =>
  writer.next({ runs: [numbered(writer.number + 1)], dedupe: Uint32Array.of(writer.number + 1, 0) });

describe('a server that is killed', () => {
  test('and comes back loses nothing acknowledged with appendfsync always; what was sent again counts once', async () => {
    await begin({ appendfsync: 'always' });
    const writer = await Writer.acquire(store);
    let refused = 0;
    for (const kills of [1, 2, 3]) {
      const upTo = kills * 60;
      const killed = until(() => writer.number > upTo - 40, { what: 'some checkpoints', pollMs: 1 }).then(
        async () => {
          await server.kill();
          await server.start();
        },
      );
      while (writer.number < upTo) refused += await persist(nextOf(writer));
      await killed;
    }
    expect(refused).toBeGreaterThan(0);
    await expectWhole(180);
  });

  test('and comes back without its last moments refuses what does not follow; a takeover goes on from there', async () => {
    await begin();
    const writer = await Writer.acquire(store);
    for (let n = 1; n <= 50; n += 1) await persist(nextOf(writer));
    await server.kill();
    truncateAof(server, 4_000);
    await server.start();
    await until(
      () =>
        store.ping().then(
          () => true,
          () => false,
        ),
      { what: 'Redis to answer' },
    );
    await expect(store.checkpoint(nextOf(writer))).rejects.toMatchObject({ code: 'FENCED' });
    const again = await Writer.acquire(store, 0, (await store.epochOf(0)) + 1, 'again');
    expect(again.number).toBeGreaterThan(0);
    expect(again.number).toBeLessThan(50);
    await expectWhole(again.number);
    const next = await Writer.acquire(store, 0, (await store.epochOf(0)) + 1, 'next');
    await persist(nextOf(next));
    await expectWhole(next.number);
  });

  test('with all it knew is a store without owners: the old one is refused', async () => {
    await begin();
    const writer = await Writer.acquire(store);
    await persist(nextOf(writer));
    await admin.flushall();
    await expect(store.checkpoint(nextOf(writer))).rejects.toMatchObject({ code: 'FENCED' });
    expect(await store.epochOf(0)).toBe(0);
  });

  test('has its scripts sent again', async () => {
    await begin();
    const writer = await Writer.acquire(store);
    await admin.script('FLUSH');
    await persist(nextOf(writer));
    await admin.script('FLUSH');
    await expectWhole(1);
  });
});

describe('a server that stands still', () => {
  test('does not hold a call for ever; what it got twice counts once', async () => {
    await begin({}, 300);
    const writer = await Writer.acquire(store);
    await persist(nextOf(writer));
    await server.kill('SIGSTOP');
    const late = nextOf(writer);
    await expect(store.checkpoint(late)).rejects.toMatchObject(unavailable);
    await expect(store.checkpoint(late)).rejects.toMatchObject(unavailable);
    await expect(store.getRun(RUN)).rejects.toMatchObject(unavailable);
    await server.kill('SIGCONT');
    await persist(late);
    await persist(nextOf(writer));
    await expectWhole(3);
  });

  test('cannot be opened, and says so', async () => {
    await begin();
    await server.kill('SIGSTOP');
    await expect(openStore(server.url, { timeoutMs: 300 })).rejects.toMatchObject(unavailable);
    await expect(openStore(`${server.url},127.0.0.1:1`, { timeoutMs: 300 })).rejects.toMatchObject(
      unavailable,
    );
    await server.kill('SIGCONT');
  });

  test('applies what reached it late to nothing once another has taken over', async () => {
    await begin({}, 300);
    const old = await Writer.acquire(store);
    await persist(nextOf(old));
    await server.kill('SIGSTOP');
    await expect(store.checkpoint(nextOf(old))).rejects.toMatchObject(unavailable);
    await expect(store.markSuspect(0, old.owner, { offset: 10, tries: 1 })).rejects.toMatchObject(
      unavailable,
    );
    await server.kill('SIGCONT');
    await until(
      () =>
        store.ping().then(
          () => true,
          () => false,
        ),
      { what: 'Redis to answer' },
    );
    const next = await Writer.acquire(store, 0, 2, 'next');
    await persist(nextOf(next));
    await expect(store.checkpoint(nextOf(old))).rejects.toMatchObject({ code: 'FENCED' });
    await expectWhole(next.number);
  });
});

describe('a network', () => {
  test('that breaks or stalls is sat out, and listeners learn that they may have missed something', async () => {
    await begin();
    const proxy = await tcpProxy({ host: '127.0.0.1', port: server.port });
    await store.close();
    const prefix = freshPrefix();
    store = await openStore(`redis://127.0.0.1:${proxy.port}`, { prefix, timeoutMs: 300 });
    const direct = await openStore(server.url, { prefix });
    const heard: string[] = [];
    let gaps = 0;
    await store.shared!.notices.subscribe(
      'runs',
      (message) => heard.push(message),
      () => {
        gaps += 1;
      },
    );
    const writer = await Writer.acquire(store);
    await persist(nextOf(writer));
    const cut = nextOf(writer);
    const underWay = store.checkpoint(cut).catch(() => undefined);
    proxy.cut();
    await underWay;
    await expect(store.ping()).rejects.toMatchObject(unavailable);
    proxy.mend();
    await persist(cut);
    await until(() => gaps === 1, { what: 'the gap' });
    direct.shared!.notices.publish('runs', 'after the gap');
    await until(() => heard.includes('after the gap'), { what: 'a notice' });
    proxy.stall();
    const stalled = nextOf(writer);
    await expect(store.checkpoint(stalled)).rejects.toMatchObject(unavailable);
    proxy.mend();
    await persist(stalled);
    await expectWhole(3);
    await direct.close();
    await store.close();
    await proxy.close();
  });
});

describe('a server that refuses', () => {
  test('to write for want of memory: STORE_FULL, nothing is half written, reading goes on', async () => {
    await begin();
    const writer = await Writer.acquire(store);
    await persist(nextOf(writer));
    await admin.config('SET', 'maxmemory', '1mb');
    const large = nextOf(writer);
    await expect(store.checkpoint(large)).rejects.toMatchObject({ code: 'STORE_FULL' });
    await expect(store.putRecord('c', 'i', 'v')).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect((await store.getRun(RUN))?.cells).toEqual([['e', '1']]);
    expect(await store.history(RUN, 1, 10)).toHaveLength(1);
    await admin.config('SET', 'maxmemory', '0');
    await store.checkpoint(large);
    await expectWhole(2);
  });

  test('because it has become a replica: STORE_UNAVAILABLE until it is the master again', async () => {
    await begin();
    const writer = await Writer.acquire(store);
    await persist(nextOf(writer));
    await admin.call('REPLICAOF', '127.0.0.1', '1');
    const batch = nextOf(writer);
    await expect(store.checkpoint(batch)).rejects.toMatchObject(unavailable);
    await admin.call('REPLICAOF', 'NO', 'ONE');
    await persist(batch);
    await expectWhole(2);
  });

  test('who does not know the password, or has no right to the keys: ACCESS_DENIED', async () => {
    await begin({ config: { requirepass: 'right' } });
    const denied = { code: 'ACCESS_DENIED' };
    const at = `127.0.0.1:${server.port}`;
    await expect(openStore(`redis://:wrong@${at}`)).rejects.toMatchObject(denied);
    await expect(openStore(`redis://${at}`)).rejects.toMatchObject(denied);
    await admin.call('ACL', 'SETUSER', 'reader', 'on', '>pass', '~*', '&*', '+@all', '-evalsha', '-eval');
    await expect(openStore(`redis://reader:pass@${at}`)).rejects.toMatchObject(denied);
    const rules = '~{mine* &mine:* +@read +@write +@scripting +@pubsub +@connection +info +time';
    await admin.call('ACL', 'SETUSER', 'worker', 'on', '>pass', ...rules.split(' '));
    const own = await openStore(`redis://worker:pass@${at}`, { prefix: 'mine' });
    const writer = await Writer.acquire(own);
    await writer.write([numbered(1)]);
    const lease = { worker: 'a', ttlMs: 1_000, hold: [], claim: [0], release: [] };
    expect((await own.shared!.lease(lease)).held.size).toBe(1);
    const heard = new Promise<string>((resolve) => void own.shared!.notices.subscribe('c', resolve));
    await until(async () => Number((await admin.pubsub('NUMSUB', 'mine:notices:c'))[1]) === 1, {
      what: 'the listener',
    });
    own.shared!.notices.publish('c', 'hello');
    expect(await heard).toBe('hello');
    expect(await own.check!()).toEqual([expect.stringContaining('does not let this user read its settings')]);
    await own.close();
    await expect(openStore(`redis://worker:pass@${at}`, { prefix: 'other' })).rejects.toMatchObject(denied);
  });

  test('because nobody is there: STORE_UNAVAILABLE', async () => {
    await begin();
    await server.kill();
    await expect(openStore(server.url)).rejects.toMatchObject(unavailable);
    await expect(store.ping()).rejects.toMatchObject(unavailable);
    await server.start();
    await until(
      () =>
        store.ping().then(
          () => true,
          () => false,
        ),
      { what: 'Redis to answer' },
    );
  });
});

describe('the check', () => {
  test('names what breaks a promise', async () => {
    await begin({ appendfsync: 'always' });
    expect(await store.check!()).toEqual([]);
    await admin.config('SET', 'appendfsync', 'everysec');
    expect(await store.check!()).toEqual([expect.stringContaining('(P11)')]);
    await admin.config('SET', 'appendonly', 'no');
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await store.check!()).toEqual([
      expect.stringMatching(/^maxmemory-policy is allkeys-lru.*P1, P2/),
      expect.stringMatching(/^appendonly is off/),
    ]);
  });

  test('what was fixed at install is held to', async () => {
    await begin();
    const prefix = freshPrefix();
    await (await openStore(server.url, { prefix })).close();
    await (await openStore(server.url, { prefix })).close();
    const other = openStore(server.url, { prefix, partitions: 3 });
    await expect(other).rejects.toMatchObject({ code: 'PARTITIONS_CHANGED' });
    await admin.hset(`{${prefix}}:installation`, 'schema', '99');
    await expect(openStore(server.url, { prefix })).rejects.toMatchObject({ code: 'STORE_VERSION' });
  });
});
