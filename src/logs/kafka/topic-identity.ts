import { TidegateError } from '../../model/errors.ts';
import { type KafkaCluster, supports } from './cluster.ts';
import { CODES } from './protocol-errors.ts';
import { topicIdMessage } from './topic-id-message.ts';

/** Metadata 12, Kafka 3.1: the first that tells a topic's id. */
const METADATA = { apiKey: 3, version: 12 };

/** Whether the topic is still the one that was opened: a topic of the same name that was made anew holds other records. */
export class TopicIdentity {
  readonly #cluster: KafkaCluster;
  readonly #partitions: number;
  #id: string | undefined;

  constructor(cluster: KafkaCluster, partitions: number) {
    this.#cluster = cluster;
    this.#partitions = partitions;
  }

  /** In hexadecimal digits; undefined where brokers are too old to tell. */
  get id(): string | undefined {
    return this.#id;
  }

  /** Rejects with LOG_MISSING or PARTITIONS_CHANGED; with whatever kafkajs throws where no broker answers. */
  async verify(): Promise<void> {
    const { topic } = this.#cluster;
    const broker = await this.#cluster.anyBroker();
    if (!supports(broker, METADATA.apiKey, METADATA.version)) return;
    const { error, id, partitions } = await this.#cluster.send(broker, 'now', topicIdMessage(topic));
    if (error === CODES.unknownTopic || error === CODES.unknownTopicId) {
      throw new TidegateError('LOG_MISSING', `the topic ${JSON.stringify(topic)} is gone`);
    }
    if (error !== CODES.none) return;
    this.#id ??= id;
    if (this.#id !== id) {
      throw new TidegateError(
        'LOG_MISSING',
        `the topic ${JSON.stringify(topic)} was deleted and made anew; it does not hold what the store has seen`,
      );
    }
    if (partitions !== this.#partitions) throw partitionsChanged(topic, partitions, this.#partitions);
  }
}

export function partitionsChanged(topic: string, actual: number, expected: number): TidegateError {
  return new TidegateError(
    'PARTITIONS_CHANGED',
    `the topic ${JSON.stringify(topic)} has ${actual} partitions; ${expected} are configured`,
  );
}
