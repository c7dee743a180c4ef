import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventLog } from '../../../src/logs/index.ts';
import { parseEvent } from '../../../src/model/cloud-event-codec.ts';
import { partitionOf } from '../../../src/model/partition.ts';
import { follow } from '../../conformance/follower.ts';
import { sharedRedis, startRedis } from '../../servers/index.ts';
import { openTestLog } from './test-log.ts';

let url: string;
let client: Redis;
let prefix: string;
let number = 0;
const logs: EventLog[] = [];

beforeEach(async () => {
  url = await sharedRedis();
  client = new Redis(url);
  number += 1;
  prefix = `relay-${process.pid}-${number}`;
});
afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.close()));
  client.disconnect();
});
async function open(): Promise<EventLog> {
  return logs[logs.push(await openTestLog(url, { prefix })) - 1]!;
}

const attributes = (id: string) => ({ specversion: '1.0', id, source: '/test', type: 'com.example.done' });
const event = (id: string, run: string) => JSON.stringify({ ...attributes(id), workflow: 'parts', run });

test('passes each event on to the partition of the run it names, and out of the ingress', async () => {
  const log = await open();
  const relay = await log.relay!();
  const runs = Array.from({ length: 20 }, (_, i) => `run-${i}`);
  for (const run of runs) await client.xadd(`${prefix}:events`, '*', 'event', event('1', run));
  for (const partition of [0, 1]) {
    const wanted = runs.filter((run) => partitionOf(`parts/${run}`, 2) === partition);
    const records = await (await follow(log, partition, 0)).gather(wanted.length);
    expect(records.map(({ value }) => JSON.parse(value).run)).toEqual(wanted);
  }
  expect(relay.trouble).toBeUndefined();
  await relay.close();
  expect(await client.xlen(`${prefix}:events`)).toBe(0);
});

test('makes structured events of fields, and keeps what is no event', async () => {
  const log = await open();
  const relay = await log.relay!();
  const fields = Object.entries({ ...attributes('ü'), workflow: 'parts', run: 'r1' }).flatMap(
    ([name, value]) => [`ce_${name}`, value],
  );
  const json = ['ce_datacontenttype', 'application/json', 'data', '{"large":12345678901}'];
  await client.xadd(`${prefix}:events`, '7-1', ...fields, ...json);
  await client.xadd(`${prefix}:events`, '*', ...fields, 'data_base64', 'AAH/');
  const records = await (await follow(log, partitionOf('parts/r1', 2), 0)).gather(2);
  const events = records.map(({ value }) => parseEvent(value));
  expect(events[0]).toMatchObject({ id: 'ü', run: 'r1', data: { large: 12345678901 } });
  expect(events[1]).toMatchObject({ id: 'ü', run: 'r1', data_base64: 'AAH/' });
  await client.xadd(`${prefix}:events`, '*', 'other', 'thing');
  const partition = partitionOf('{"other":"thing"}', 2);
  const found = await follow(log, partition, 0);
  let last = '';
  while (last !== '{"other":"thing"}') last = (await found.gather(1, 1))[0]!.value;
  await relay.close();
});

test('what a killed relay had taken goes to another', { timeout: 60_000 }, async () => {
  const log = await open();
  await (await log.relay!()).close();
  await client.xadd(`${prefix}:events`, '*', 'event', event('1', 'r1'));
  // Takes as a relay does, and never acknowledges.
  const taken = await client.xreadgroup(
    'GROUP',
    'tidegate-relay',
    'dead',
    'STREAMS',
    `${prefix}:events`,
    '>',
  );
  expect(JSON.stringify(taken)).toContain('r1');
  const relays = [await log.relay!(), await (await open()).relay!()];
  const records = await (await follow(log, partitionOf('parts/r1', 2), 0)).gather(1);
  expect(JSON.parse(records[0]!.value).id).toBe('1');
  await Promise.all(relays.map((relay) => relay.close()));
});

test('two relays at once, one of them closed under load: everything comes through', {
  timeout: 60_000,
}, async () => {
  const log = await open();
  const leaving = await open();
  await log.relay!();
  await leaving.relay!();
  const total = 3_000;
  for (let i = 0; i < total; i += 500) {
    const batch = client.pipeline();
    for (let k = i; k < i + 500; k += 1)
      batch.xadd(`${prefix}:events`, '*', 'event', event(`${k}`, `run-${k}`));
    await batch.exec();
    if (i === 1_500) await leaving.close();
  }
  const readers = await Promise.all([0, 1].map((partition) => follow(log, partition, 0)));
  const ids = new Set<string>();
  while (ids.size < total) {
    await new Promise((resolve) => setImmediate(resolve));
    for (const { reader } of readers)
      for (const { value } of reader.take(1_000)) ids.add(JSON.parse(value).id);
  }
});

test('goes on after the server was killed and started again', { timeout: 60_000 }, async () => {
  const server = await startRedis({ appendfsync: 'always' });
  const log = await openTestLog(server.url, { prefix });
  try {
    const relay = await log.relay!();
    await server.kill();
    await server.start();
    const producer = new Redis(server.url);
    await producer.xadd(`${prefix}:events`, '*', 'event', event('2', 'r1'));
    producer.disconnect();
    const follower = await follow(await openTestLog(server.url, { prefix }), partitionOf('parts/r1', 2), 0);
    expect(JSON.parse((await follower.gather(1))[0]!.value).id).toBe('2');
    await relay.close();
  } finally {
    await log.close();
    await server.stop();
  }
});
