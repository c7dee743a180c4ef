import { Redis } from 'ioredis';
import { Kafka, type Producer as KafkaProducer, logLevel } from 'kafkajs';
import { connect, type JetStreamClient, type NatsConnection } from 'nats';
import { partitionOf } from '../../../src/model/partition.ts';
import type { LogKind } from '../options.ts';
import { PARTITIONS } from '../options.ts';

/** Publishes with the broker's own client, as a program would that knows nothing of Tidegate but the names. */
export interface DirectPublisher {
  /**
   * Resolves once the log has acknowledged it. `key` is `workflow/run`, where the sender knows it: then it goes to the
   * partition at once, else to the ingress.
   */
  publish(text: string, key: string | undefined): Promise<void>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 5_000;
const BROKEN = { retries: 2, initialRetryTime: 50, maxRetryTime: 200 };

export function openPublisher(log: LogKind, address: string): Promise<DirectPublisher> {
  return { kafka: kafkaPublisher, nats: natsPublisher, redis: redisPublisher }[log](address);
}

async function kafkaPublisher(address: string): Promise<DirectPublisher> {
  const kafka = new Kafka({
    clientId: 'chaos',
    brokers: [address],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: TIMEOUT_MS,
    retry: BROKEN,
  });
  let opened: Promise<KafkaProducer> | undefined;
  const open = async () => {
    const producer = kafka.producer({ allowAutoTopicCreation: false, retry: BROKEN });
    await producer.connect();
    return producer;
  };
  return {
    async publish(text, key) {
      opened ??= open();
      try {
        const producer = await opened;
        await producer.send({
          topic: 'tidegate-events',
          acks: -1,
          timeout: TIMEOUT_MS,
          messages: [{ key: key ?? null, value: text }],
        });
      } catch (error) {
        const broken = opened;
        opened = undefined;
        void broken?.then((producer) => producer.disconnect()).catch(() => undefined);
        throw error;
      }
    },
    close: async () => (await opened?.catch(() => undefined))?.disconnect(),
  };
}

async function natsPublisher(address: string): Promise<DirectPublisher> {
  const connection: NatsConnection = await connect({
    servers: address,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  });
  const stream: JetStreamClient = connection.jetstream({ timeout: TIMEOUT_MS });
  return {
    async publish(text, key) {
      const subject = key === undefined ? '' : `.${partitionOf(key, PARTITIONS)}`;
      await stream.publish(`tidegate.events${subject}`, text, { timeout: TIMEOUT_MS });
    },
    close: () => connection.close(),
  };
}

async function redisPublisher(address: string): Promise<DirectPublisher> {
  const [host, port] = address.split(':');
  const redis = new Redis({
    host: host!,
    port: Number(port),
    commandTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => 100,
  });
  redis.on('error', () => {}); // each command that fails says so itself
  return {
    // Partitions are the product's own here; programs know the ingress.
    async publish(text) {
      await redis.xadd('tidegate:events', '*', 'event', text);
    },
    close: async () => redis.disconnect(),
  };
}
