import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { connect, StringCodec } from 'nats';
import { expect, it } from 'vitest';
import { sharedKafka, sharedNats, sharedRedis } from './index.ts';

const unique = `round-trip-${process.pid}-${Date.now()}`;

it('the shared Redis keeps what it is given', async () => {
  const redis = new Redis(await sharedRedis());
  try {
    await redis.set(unique, 'kept', 'EX', 60);
    expect(await redis.get(unique)).toBe('kept');
  } finally {
    redis.disconnect();
  }
});

it('the shared NATS server has streams', async () => {
  const connection = await connect({ servers: await sharedNats() });
  const codec = StringCodec();
  const streams = await connection.jetstreamManager();
  try {
    await streams.streams.add({ name: unique, subjects: [unique] });
    const { seq } = await connection.jetstream().publish(unique, codec.encode('kept'));
    const message = await streams.streams.getMessage(unique, { seq });
    expect(codec.decode(message.data)).toBe('kept');
  } finally {
    await streams.streams.delete(unique);
    await connection.close();
  }
});

it('the shared Kafka passes messages on', async () => {
  const kafka = new Kafka({ brokers: [...(await sharedKafka())], logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: unique });
  try {
    await producer.connect();
    await producer.send({ topic: unique, messages: [{ value: 'kept' }] });
    await consumer.subscribe({ topic: unique, fromBeginning: true });
    const got = new Promise((resolve, reject) => {
      const eachMessage = async ({ message }: { message: { value: Buffer | null } }) =>
        resolve(message.value?.toString());
      consumer.run({ eachMessage }).catch(reject);
    });
    expect(await got).toBe('kept');
  } finally {
    await Promise.all([consumer.disconnect(), producer.disconnect()]);
  }
}, 60_000);
