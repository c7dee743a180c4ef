import { expect, test } from 'vitest';
import { KafkaCluster } from '../../src/logs/kafka/cluster.ts';
import { crc32c } from '../../src/logs/kafka/crc32c.ts';
import { fetchMessage } from '../../src/logs/kafka/fetch-message.ts';
import { recordBatches } from '../../src/logs/kafka/record-batch.ts';
import { topicIdMessage } from '../../src/logs/kafka/topic-id-message.ts';
import { TestTopic } from './kafka.ts';

test('a fetch by name, for brokers that know no topic ids, answers the same as one by id', async () => {
  const topic = await TestTopic.create();
  const log = await topic.open();
  await log.append(1, ['"a"', '"b"']);
  const cluster = new KafkaCluster(topic.kafka, topic.name);
  await cluster.connect();
  const broker = await cluster.broker(cluster.leader(1)!);
  const { id } = await cluster.send(broker, 'now', topicIdMessage(topic.name));
  const request = { topic: topic.name, waitMs: 10, maxBytes: 10_000, partitionBytes: 10_000 };
  const positions = [{ partition: 1, offset: 0 }];
  const byName = await cluster.send(
    broker,
    'waiting',
    fetchMessage({ ...request, positions, topicId: undefined }),
  );
  const byId = await cluster.send(broker, 'waiting', fetchMessage({ ...request, positions, topicId: id }));
  expect(byName).toEqual(byId);
  expect(byName.partitions).toMatchObject([{ partition: 1, error: 0, highWatermark: 2, logStart: 0 }]);
  const other = `${id.slice(0, -2)}${id.endsWith('00') ? '01' : '00'}`;
  const refused = await cluster.send(broker, 'now', fetchMessage({ ...request, positions, topicId: other }));
  expect(refused.partitions[0]?.error).not.toBe(0);
  await cluster.close();
  await log.close();
  await topic.remove();
});

test('the checksum is CRC-32C', () => {
  // RFC 3720, appendix B.4.
  const check = (bytes: Uint8Array) => crc32c(bytes, 0, bytes.length) >>> 0;
  expect(check(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(check(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(check(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(check(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});

test('a damaged batch is one record that says so, and the batches behind it are read', async () => {
  const topic = await TestTopic.create();
  const log = await topic.open({ partitions: 1 });
  await log.append(0, ['"a"', '"b"']);
  await log.append(0, ['"c"']);
  const cluster = new KafkaCluster(topic.kafka, topic.name);
  await cluster.connect();
  const broker = await cluster.broker(cluster.leader(0)!);
  const { partitions } = await cluster.send(
    broker,
    'now',
    fetchMessage({
      topic: topic.name,
      topicId: undefined,
      positions: [{ partition: 0, offset: 0 }],
      waitMs: 0,
      maxBytes: 10_000,
      partitionBytes: 10_000,
    }),
  );
  const records = Buffer.from(partitions[0]!.records);
  records[61] = 0x7e; // the first record's length
  const { batches, next } = recordBatches(records, [], 0);
  const taken = batches.flatMap((batch) => {
    const into: { offset: number; value: string }[] = [];
    batch.take(into, 10, 0);
    return into;
  });
  expect(taken).toEqual([
    { offset: 1, value: expect.stringContaining('unreadable records at offsets 0 to 1') },
    { offset: 2, value: '"c"' },
  ]);
  expect(next).toBe(3);
  await cluster.close();
  await log.close();
  await topic.remove();
});
