import { Kafka, logLevel } from 'kafkajs';
import { type EventLog, type KafkaLogOptions, openKafkaLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { systemClock } from '../../src/workers/index.ts';
import { sharedKafka } from '../servers/index.ts';

let named = 0;

/** A topic of its own on the Kafka that tests share, and a plain client to look at it from the other side. */
export class TestTopic {
  readonly name: string;
  readonly brokers: readonly string[];
  readonly kafka: Kafka;

  private constructor(brokers: readonly string[]) {
    this.name = `log-${process.pid}-${named++}`;
    this.brokers = brokers;
    this.kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  }

  static async create(brokers?: readonly string[]): Promise<TestTopic> {
    return new TestTopic(brokers ?? (await sharedKafka()));
  }

  open(options: Partial<KafkaLogOptions> = {}): Promise<EventLog> {
    return openKafkaLog({
      brokers: this.brokers,
      topic: this.name,
      partitions: 2,
      create: true,
      clientId: 'test',
      limits: LIMITS,
      clock: systemClock,
      ...options,
    });
  }

  async admin<T>(use: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return await use(admin);
    } finally {
      await admin.disconnect();
    }
  }

  /** As retention would, below `before`. */
  async forget(partition: number, before: number): Promise<void> {
    await this.admin(async (admin) => {
      await admin.fetchTopicOffsets(this.name);
      await admin.deleteTopicRecords({
        topic: this.name,
        partitions: [{ partition, offset: String(before) }],
      });
    });
  }

  async produce(
    messages: readonly {
      partition?: number;
      key?: string | Buffer;
      value: string | Buffer | null;
      headers?: Record<string, string | Buffer>;
    }[],
  ): Promise<void> {
    const producer = this.kafka.producer({
      createPartitioner: (await import('kafkajs')).Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    await producer.send({ topic: this.name, messages: messages.map((message) => ({ ...message })) });
    await producer.disconnect();
  }

  async remove(): Promise<void> {
    await this.admin(async (admin) => {
      // kafkajs tries for seconds to delete what is not there.
      if ((await admin.listTopics()).includes(this.name)) await admin.deleteTopics({ topics: [this.name] });
    });
  }
}
