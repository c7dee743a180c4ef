import { connect, type NatsConnection, StorageType } from 'nats';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type EventLog, openNatsLog } from '../../../src/logs/index.ts';
import { systemClock } from '../../../src/workers/clock.ts';
import { follow } from '../../conformance/follower.ts';
import { freePorts } from '../../servers/free-port.ts';
import { sharedNats, startNats, startNatsCluster } from '../../servers/index.ts';
import { AcknowledgedAppends } from '../acknowledged-appends.ts';
import { openTestLog } from './test-log.ts';

let url: string;
let nats: NatsConnection;
const names = { stream: `STREAM${process.pid}`, subject: `stream.${process.pid}` };
const logs: EventLog[] = [];
const keep = async (log: Promise<EventLog>) => logs[logs.push(await log) - 1]!;

beforeAll(async () => {
  url = await sharedNats();
  nats = await connect({ servers: url });
});
afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.close()));
  await (await nats.jetstreamManager()).streams.delete(names.stream).catch(() => undefined);
});
afterAll(() => nats.close());

test('LOG_MISSING where the stream was not installed', async () => {
  await expect(openTestLog(url, { ...names, create: false })).rejects.toMatchObject({ code: 'LOG_MISSING' });
});

test('PARTITIONS_CHANGED where it was installed with another number', async () => {
  await keep(openTestLog(url, names));
  await expect(openTestLog(url, { ...names, partitions: 3 })).rejects.toMatchObject({
    code: 'PARTITIONS_CHANGED',
    message: expect.stringMatching(/2 partitions; 3/),
  });
});

test('INVALID_CONFIGURATION for a stream that forgets what was read', async () => {
  const manager = await nats.jetstreamManager();
  const subjects = [names.subject, `${names.subject}.0`, `${names.subject}.1`];
  await manager.streams.add({ name: names.stream, subjects, retention: 'workqueue' as never });
  await expect(openTestLog(url, names)).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
});

test('LIMIT_EXCEEDED for a value larger than the server takes, and nothing of the call is in', async () => {
  const log = await keep(openTestLog(url, names));
  const tooLarge = `"${'ü'.repeat(600_000)}"`;
  await expect(log.append(0, ['1', tooLarge])).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  expect(await log.head(0)).toBe(0);
});

test('check says what breaks a promise', async () => {
  const manager = await nats.jetstreamManager();
  const subjects = [names.subject, `${names.subject}.0`, `${names.subject}.1`];
  await manager.streams.add({ name: names.stream, subjects, storage: StorageType.Memory });
  const log = await keep(openTestLog(url, names));
  expect((await log.check!()).join('\n')).toMatch(/in memory[\s\S]*one copy[\s\S]*sync_interval is unknown/);
});

test('check reads sync_interval from the monitoring endpoint', async () => {
  const log = await keep(
    openNatsLog({
      ...{ ...names, servers: [url], partitions: 2, create: true, clock: systemClock },
      monitoring: ['http://one', 'http://two'],
      fetchText: async (address) =>
        JSON.stringify({
          jetstream: {
            config: address.startsWith('http://one')
              ? { sync_always: true, sync_interval: 120e9 }
              : { sync_interval: 120e9 },
          },
        }),
    }),
  );
  const found = (await log.check!()).filter((line) => line.includes('sync_interval'));
  expect(found).toEqual([expect.stringMatching(/http:\/\/two is 120 s/)]);
});

test('the real monitoring endpoint is understood', async () => {
  const [port] = await freePorts(1);
  const server = await startNats({ syncAlways: true, config: `http: "127.0.0.1:${port}"` });
  try {
    const fetchText = async (address: string) => (await fetch(address)).text();
    const log = await keep(openTestLog(server.url, { monitoring: [`http://127.0.0.1:${port}`], fetchText }));
    expect((await log.check!()).filter((line) => line.includes('sync_interval'))).toEqual([]);
    await log.close();
  } finally {
    await server.stop();
  }
});

test('P1: nothing acknowledged is lost when the leader of three copies is killed', {
  timeout: 90_000,
}, async () => {
  const cluster = await startNatsCluster();
  try {
    const servers = cluster.url.split(',');
    const log = await keep(
      openNatsLog({ servers, partitions: 2, replicas: 3, create: true, clock: systemClock }),
    );
    const live = await follow(log, 0, 0);
    const appends = new AcknowledgedAppends(log, 0);
    await appends.more(200);
    const observer = await connect({ servers });
    const info = await (await observer.jetstreamManager()).streams.info('TIDEGATE');
    await observer.close();
    const leader = cluster.nodes[Number(info.cluster!.leader!.split('-')[1]) - 1]!;
    await leader.kill();
    await appends.more(200);
    await appends.stop();
    const head = await log.head(0);
    const kept = [];
    while ((kept.at(-1)?.offset ?? 0) < head - 1) kept.push(...(await live.gather(1, 10_000)));
    expect(appends.lostFrom(kept)).toEqual([]);
    expect(kept.map(({ offset }) => offset)).toEqual(
      kept.map(({ offset }) => offset).toSorted((a, b) => a - b),
    );
    expect((await log.check!()).join('\n')).toMatch(/away or behind/);
    await log.close();
  } finally {
    await cluster.stop();
  }
});
