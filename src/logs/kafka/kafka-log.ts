import type { Admin, Kafka } from 'kafkajs';
import { TidegateError } from '../../model/errors.ts';
import type { Assigner } from '../assigner.ts';
import type { EventLog, PartitionReader } from '../event-log.ts';
import { Appender } from './appender.ts';
import { kafkaClient } from './client.ts';
import { KafkaCluster } from './cluster.ts';
import { Fetcher } from './fetcher.ts';
import { GroupRequests } from './group-requests.ts';
import { KafkaAssigner } from './kafka-assigner.ts';
import { Leaders } from './leaders.ts';
import { HEAD, listOffsetsMessage } from './list-offsets-message.ts';
import { DEFAULTS, type KafkaLogOptions } from './options.ts';
import { hasType, type Identity, logError } from './protocol-errors.ts';
import { everywhere, openTopic, type Topic } from './topic.ts';
import { checkTopic } from './topic-check.ts';
import { TopicIdentity } from './topic-identity.ts';

/** How often the topic is looked at for having been deleted, made anew or extended. */
const WATCH_MS = 5_000;

/** See `openKafkaLog`. */
export async function connectKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const identity = { brokers: options.brokers, user: options.sasl?.username };
  const kafka = kafkaClient(options);
  const admin = kafka.admin();
  try {
    await admin.connect();
    const topic = await openTopic(admin, options, identity);
    const log = new KafkaLog(kafka, options, identity, topic);
    await log.connect();
    return log;
  } catch (error) {
    throw logError(error, 'connecting', identity);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

class KafkaLog implements EventLog {
  readonly partitions: number;
  readonly assigner?: Assigner;
  readonly #kafka: Kafka;
  readonly #options: KafkaLogOptions;
  readonly #identity: Identity;
  /** One cluster each for reading, writing and the group, as requests over one connection wait for each other. */
  readonly #clusters: readonly KafkaCluster[];
  readonly #leaders: Leaders;
  readonly #fetcher: Fetcher;
  readonly #appender: Appender;
  readonly #group: KafkaAssigner | undefined;
  #cancelWatch: () => void = () => undefined;
  #closed = false;

  constructor(kafka: Kafka, options: KafkaLogOptions, identity: Identity, topic: Topic) {
    const { partitions, clock, group } = options;
    const answerMs = options.answerMs ?? DEFAULTS.answerMs;
    const reading = new KafkaCluster(kafka, options.topic);
    const writing = new KafkaCluster(kafka, options.topic);
    const leadersOf = (cluster: KafkaCluster) =>
      new Leaders(cluster, clock, identity, new TopicIdentity(cluster, partitions), answerMs);
    this.partitions = partitions;
    this.#kafka = kafka;
    this.#options = options;
    this.#identity = identity;
    this.#leaders = leadersOf(reading);
    this.#fetcher = new Fetcher(this.#leaders, options.maxBytesInFlight ?? DEFAULTS.maxBytesInFlight);
    this.#appender = new Appender(leadersOf(writing), answerMs, topic.maxMessageBytes);
    this.#clusters = [reading, writing];
    if (group === undefined) return;
    const grouping = new KafkaCluster(kafka, options.topic);
    this.#clusters = [reading, writing, grouping];
    const { sessionMs, rebalanceMs, heartbeatMs } = { ...DEFAULTS, ...defined(options) };
    const requests = new GroupRequests(grouping, { group, partitions, sessionMs, rebalanceMs });
    this.#group = new KafkaAssigner(requests, clock, identity, {
      sessionMs,
      heartbeatMs: Math.min(heartbeatMs, sessionMs / 3),
    });
    this.assigner = this.#group;
  }

  async connect(): Promise<void> {
    try {
      await Promise.all(this.#clusters.map((cluster) => this.#hearOfTopic(() => cluster.connect())));
      await this.#hearOfTopic(() => this.#leaders.topicIdentity.verify());
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#watch();
  }

  /** It is there, as one broker has said; another may not know yet. */
  async #hearOfTopic(ask: () => Promise<void>): Promise<void> {
    let missing: unknown;
    const heard = await everywhere(this.#options, async () => {
      try {
        await ask();
        return true;
      } catch (error) {
        missing = error;
        const unknown = hasType(error, 'UNKNOWN_TOPIC_OR_PARTITION');
        if (unknown || (error instanceof TidegateError && error.code === 'LOG_MISSING')) return undefined;
        throw error;
      }
    });
    if (heard === undefined) throw missing;
  }

  async append(partition: number, values: readonly string[]): Promise<number> {
    this.#requireOpen(partition);
    if (values.length === 0) return (await this.head(partition)) - 1;
    return this.#appender.append(partition, values);
  }

  async open(partition: number, from: number, onReady: () => void): Promise<PartitionReader> {
    this.#requireOpen(partition);
    return this.#fetcher.open(partition, from, onReady);
  }

  async head(partition: number): Promise<number> {
    this.#requireOpen(partition);
    const message = listOffsetsMessage(this.#options.topic, partition, HEAD);
    const { offset } = await this.#leaders.ask(
      partition,
      () => message,
      `looking for the head of partition ${partition}`,
    );
    return offset;
  }

  async commit(partition: number, position: number): Promise<void> {
    this.#group?.commit(partition, position);
  }

  async lag(partition: number, position: number): Promise<number> {
    return Math.max(0, (await this.head(partition)) - position);
  }

  async check(): Promise<readonly string[]> {
    const admin: Admin = this.#kafka.admin();
    try {
      await admin.connect();
      return await checkTopic(admin, this.#options.topic, this.#options.limits.eventBytes);
    } catch (error) {
      throw logError(error, 'reading the settings of the topic', this.#identity);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelWatch();
    await this.#group?.leave();
    this.#fetcher.close();
    this.#appender.close();
    await Promise.allSettled(this.#clusters.map((cluster) => cluster.close()));
  }

  /** Producers that key their records reach partitions that were added, and nobody would read them. */
  #watch(): void {
    if (this.#closed) return;
    this.#cancelWatch = this.#options.clock.after(WATCH_MS, () => {
      this.#leaders
        .sameTopic()
        .catch((error) => this.#fetcher.failAll(error))
        .finally(() => this.#watch());
    });
  }

  #requireOpen(partition: number): void {
    if (this.#closed) throw new TidegateError('STORE_UNAVAILABLE', 'the event log is closed');
    if (partition < 0 || partition >= this.partitions) {
      throw new TidegateError('INTERNAL', `there is no partition ${partition}`);
    }
  }
}

function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
