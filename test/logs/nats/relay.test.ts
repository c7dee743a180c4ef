import { CloudEvent, HTTP } from 'cloudevents';
import { connect, headers, type NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { natsContent } from '../../../src/actions/broker-content.ts';
import type { EventLog } from '../../../src/logs/index.ts';
import { parseEvent } from '../../../src/model/cloud-event-codec.ts';
import { partitionOf } from '../../../src/model/partition.ts';
import { follow } from '../../conformance/follower.ts';
import { sharedNats, startNats } from '../../servers/index.ts';
import { openTestLog } from './test-log.ts';

let url: string;
let nats: NatsConnection;
let names: { stream: string; subject: string };
let number = 0;
const logs: EventLog[] = [];

beforeEach(async () => {
  url = await sharedNats();
  nats = await connect({ servers: url });
  number += 1;
  names = { stream: `RELAY${process.pid}-${number}`, subject: `relay.${process.pid}.${number}` };
});
afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.close()));
  await (await nats.jetstreamManager()).streams.delete(names.stream).catch(() => undefined);
  await nats.close();
});

async function open(): Promise<EventLog> {
  const log = await openTestLog(url, names);
  logs.push(log);
  return log;
}

const event = (id: string, rest: object = {}) =>
  JSON.stringify({ specversion: '1.0', id, source: '/test', type: 'com.example.done', ...rest });

test('passes each event on to the partition of the run it names', async () => {
  const log = await open();
  const relay = await log.relay!();
  const runs = Array.from({ length: 20 }, (_, i) => `run-${i}`);
  for (const run of runs) nats.publish(names.subject, event('1', { workflow: 'parts', run }));
  for (const partition of [0, 1]) {
    const wanted = runs.filter((run) => partitionOf(`parts/${run}`, 2) === partition);
    expect(wanted.length).toBeGreaterThan(0);
    const records = await (await follow(log, partition, 0)).gather(wanted.length);
    expect(records.map(({ value }) => JSON.parse(value).run)).toEqual(wanted);
  }
  expect(relay.trouble).toBeUndefined();
  await relay.close();
});

test('passes on what names no run, or is no event, so that repeats meet', async () => {
  const log = await open();
  const relay = await log.relay!();
  const texts = [event('7'), event('7'), 'no JSON', 'no JSON', '[]', '"text"'];
  for (const text of texts) nats.publish(names.subject, text);
  const readers = await Promise.all([0, 1].map((partition) => follow(log, partition, 0)));
  const seen: string[][] = [[], []];
  while (seen.flat().length < texts.length) {
    await new Promise((resolve) => setImmediate(resolve));
    for (const [i, { reader }] of readers.entries())
      seen[i]!.push(...reader.take(10).map(({ value }) => value));
  }
  expect(seen.flat().sort()).toEqual([...texts].sort());
  for (const part of seen)
    expect(new Set(part).size * 2 - part.filter((v) => /^["[]/.test(v)).length).toBe(part.length);
  await relay.close();
});

test('makes structured events of binary ones, at the ingress and in a partition', async () => {
  const log = await open();
  const relay = await log.relay!();
  const data = { large: 12345678901, text: 'ü€' };
  const partition = partitionOf('parts/r1', 2);
  const publish = (fields: Record<string, unknown>, body: string | Uint8Array) => {
    const sent = headers();
    for (const [name, value] of Object.entries(fields)) sent.set(name, String(value));
    nats.publish(names.subject, body, { headers: sent });
    nats.publish(`${names.subject}.${partition}`, body, { headers: sent });
  };
  const plain = { source: '/test', type: 'com.example.done', workflow: 'parts', run: 'r1' };
  const http = HTTP.binary(new CloudEvent({ ...plain, id: '1', data }));
  publish(http.headers, http.body as string);
  const ours = natsContent({ ...plain, specversion: '1.0', id: 'ü "1%"', data }, 'binary');
  publish(ours.headers, ours.value);
  const records = await (await follow(log, partition, 0)).gather(4);
  const events = records.map(({ value }) => parseEvent(value));
  for (const event of events) expect(event).toMatchObject({ ...plain, data });
  expect(events.map(({ id }) => id).sort()).toEqual(['1', '1', 'ü "1%"', 'ü "1%"']);
  await relay.close();
});

test('what a killed relay had taken goes to another', { timeout: 60_000 }, async () => {
  const log = await open();
  await (await log.relay!()).close();
  nats.publish(names.subject, event('1', { workflow: 'parts', run: 'r1' }));
  await nats.flush();
  // Takes as a relay does, and never acknowledges.
  const consumer = await nats.jetstream().consumers.get(names.stream, 'tidegate-relay');
  expect(JSON.parse((await consumer.next())!.string()).id).toBe('1');
  const relay = await log.relay!();
  const records = await (await follow(log, partitionOf('parts/r1', 2), 0)).gather(1);
  expect(JSON.parse(records[0]!.value).id).toBe('1');
  await relay.close();
});

test('two relays at once, one of them closed under load: everything comes through', {
  timeout: 60_000,
}, async () => {
  const log = await open();
  const dying = await open();
  const relay = await log.relay!();
  await dying.relay!();
  const total = 3_000;
  for (let i = 0; i < total; i += 1) {
    nats.publish(names.subject, event(`${i}`, { workflow: 'parts', run: `run-${i}` }));
    if (i % 500 === 499) await nats.flush();
    // Closing a log under its relay: what it had taken is left to the other.
    if (i === 1_499) await dying.close();
  }
  const readers = await Promise.all([0, 1].map((partition) => follow(log, partition, 0)));
  const ids = new Set<string>();
  while (ids.size < total) {
    await new Promise((resolve) => setImmediate(resolve));
    for (const { reader } of readers)
      for (const { value } of reader.take(1_000)) ids.add(JSON.parse(value).id);
  }
  await relay.close();
});

test('goes on after the server was killed and started again', { timeout: 60_000 }, async () => {
  const server = await startNats({ syncAlways: true });
  try {
    const log = await openTestLog(server.url);
    const relay = await log.relay!();
    const producer = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    await producer.jetstream().publish('tidegate.events', event('1', { workflow: 'parts', run: 'r1' }));
    const follower = await follow(log, partitionOf('parts/r1', 2), 0);
    await follower.gather(1);
    await server.kill();
    await server.start();
    const again = () =>
      producer
        .jetstream()
        .publish('tidegate.events', event('2', { workflow: 'parts', run: 'r1' }))
        .then(
          () => true,
          () => false,
        );
    while (!(await again())) await new Promise((resolve) => setImmediate(resolve));
    expect(JSON.parse((await follower.gather(1))[0]!.value).id).toMatch(/[12]/);
    await producer.close();
    await relay.close();
    await log.close();
  } finally {
    await server.stop();
  }
});
