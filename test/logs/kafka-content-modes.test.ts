import { setImmediate as turn } from 'node:timers/promises';
import { CloudEvent, Kafka as KafkaBinding } from 'cloudevents';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventLog } from '../../src/logs/index.ts';
import { TestTopic } from './kafka.ts';

let topic: TestTopic;
let log: EventLog;
beforeEach(async () => {
  topic = await TestTopic.create();
  log = await topic.open();
});
afterEach(async () => {
  await log.close();
  await topic.remove();
});

async function texts(count: number, partition = 0): Promise<string[]> {
  const reader = await log.open(partition, 0, () => {});
  const found: string[] = [];
  while (found.length < count) {
    for (const { value } of reader.take(100)) found.push(value);
    await turn();
  }
  reader.close();
  return found;
}

const attributes = {
  id: 'a-1',
  source: '/line/3',
  type: 'com.example.done',
  subject: '100% "q" ü€ %41',
  workflow: 'parts',
  run: 'r1',
  time: '2026-11-21T15:00:00.000Z',
};

/** Sends as the SDK says, and answers what the log makes of it. */
async function throughBinding(
  mode: 'binary' | 'structured',
  event: CloudEvent<unknown>,
): Promise<Record<string, unknown>> {
  const message = KafkaBinding[mode](event) as unknown as {
    key?: string;
    value: unknown;
    headers: Record<string, unknown>;
  };
  const { key, value, headers } = message;
  const bytes =
    typeof value === 'string' || Buffer.isBuffer(value)
      ? value
      : value === undefined
        ? null
        : JSON.stringify(value);
  const sent = Object.entries(headers).flatMap(([name, content]) =>
    content === undefined ? [] : [[name, String(content)]],
  );
  await topic.produce([
    { partition: 0, ...(key !== undefined && { key }), value: bytes, headers: Object.fromEntries(sent) },
  ]);
  return JSON.parse((await texts(1))[0]!) as Record<string, unknown>;
}

describe('binary mode of the CloudEvents SDK', () => {
  test('JSON', async () => {
    const event = new CloudEvent({
      ...attributes,
      datacontenttype: 'application/json',
      data: { n: 1, s: 'ü' },
    });
    expect(await throughBinding('binary', event)).toEqual({ ...event.toJSON() });
  });

  test('text', async () => {
    const event = new CloudEvent({ ...attributes, datacontenttype: 'text/plain', data: '{"no": json' });
    expect(await throughBinding('binary', event)).toEqual({ ...event.toJSON() });
  });

  test('bytes', async () => {
    const data = Buffer.from([0, 255, 128, 1]);
    const event = new CloudEvent({ ...attributes, datacontenttype: 'application/octet-stream', data });
    const { data: _data, ...others } = event.toJSON();
    expect(await throughBinding('binary', event)).toEqual({
      ...others,
      data_base64: data.toString('base64'),
    });
  });

  test('no data', async () => {
    const event = new CloudEvent(attributes);
    expect(await throughBinding('binary', event)).toEqual({ ...event.toJSON() });
  });

  test('the key is the partition key where the event names none', async () => {
    const event = new CloudEvent({ ...attributes, partitionkey: 'own' });
    expect(await throughBinding('binary', event)).toMatchObject({ partitionkey: 'own' });
    const headers = { ce_specversion: '1.0', ce_id: '2', ce_source: '/s', ce_type: 't' };
    await topic.produce([{ partition: 1, key: 'parts/r1', value: null, headers }]);
    expect(JSON.parse((await texts(1, 1))[0]!)).toMatchObject({ id: '2', partitionkey: 'parts/r1' });
  });
});

test('structured mode of the CloudEvents SDK', async () => {
  const event = new CloudEvent({ ...attributes, datacontenttype: 'application/json', data: { n: 1 } });
  expect(await throughBinding('structured', event)).toEqual({ ...event.toJSON() });
});

test('what is no CloudEvent comes as it is, byte by byte where it is text, for the worker to put aside', async () => {
  const json = '{"specversion":"1.0","n":12345678901234567890}';
  await topic.produce([
    { partition: 0, value: json },
    { partition: 0, value: json, headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' } },
    { partition: 0, value: 'no json', headers: { ce_id: 'alone', 'x-trace': 'y' } },
    { partition: 0, key: 'tombstone', value: null },
    { partition: 0, value: '' },
    { partition: 0, value: Buffer.from([0xff, 0xfe]) },
    { partition: 0, value: '"end"' },
  ]);
  expect(await texts(7)).toEqual([json, json, 'no json', '', '', '\ufffd\ufffd', '"end"']);
});

test('data that is not the JSON it says it is goes on in base64; numbers keep their digits', async () => {
  const headers = {
    ce_specversion: '1.0',
    ce_id: '1',
    ce_source: '/s',
    ce_type: 't',
    'content-type': 'application/json',
  };
  await topic.produce([
    { partition: 0, headers, value: '1,"type":"other"' },
    { partition: 0, headers, value: '{"n":12345678901234567890}' },
  ]);
  const [broken, exact] = await texts(2);
  expect(JSON.parse(broken!)).toMatchObject({
    type: 't',
    data_base64: Buffer.from('1,"type":"other"').toString('base64'),
  });
  expect(exact).toContain('"data":{"n":12345678901234567890}');
});

test.each(['gzip', 'snappy', 'lz4', 'zstd'])(
  'reads batches that are compressed with %s',
  async (compression) => {
    // The broker compresses by itself where the topic says so.
    await topic.admin((admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          { type: 2, name: topic.name, configEntries: [{ name: 'compression.type', value: compression }] },
        ],
      }),
    );
    const values = Array.from({ length: 3000 }, (_, i) =>
      JSON.stringify({
        i,
        same: 'abc'.repeat(i % 50),
        other: `${i * 7919}ü`,
        pad: 'x'.repeat(i % 7 ? 20 : 300),
      }),
    );
    await log.append(0, values);
    expect(await texts(3000)).toEqual(values);
    const middle = await log.open(0, 1234, () => {});
    expect(middle.take(1)).toEqual([{ offset: 1234, value: values[1234] }]);
    middle.close();
  },
);

test('reads committed transactions alone', async () => {
  const producer = topic.kafka.producer({
    transactionalId: topic.name,
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  const send = async (value: string, end: 'commit' | 'abort') => {
    const transaction = await producer.transaction();
    await transaction.send({ topic: topic.name, messages: [{ partition: 0, value }] });
    await transaction[end]();
  };
  await send('"kept"', 'commit');
  await send('"dropped"', 'abort');
  await log.append(0, ['"plain"']);
  await send('"kept too"', 'commit');
  await producer.disconnect();
  expect(await texts(3)).toEqual(['"kept"', '"plain"', '"kept too"']);
  // The last offset is a marker, which no record stands for.
  const reader = await log.open(0, 0, () => {});
  while (reader.caughtUpTo!() !== (await log.head(0))) reader.take(10);
  reader.close();
});
