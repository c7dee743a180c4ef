import kafkajs, { type Admin, type ITopicMetadata } from 'kafkajs';
import { TidegateError } from '../../model/errors.ts';
import { elapsed, waited } from '../log-clock.ts';
import { DEFAULTS, type KafkaLogOptions } from './options.ts';
import { hasType, type Identity, logError } from './protocol-errors.ts';
import { partitionsChanged } from './topic-identity.ts';

/** Bytes around the largest event in its record batch, and what its own batch header takes, with much to spare. */
const BATCH_MARGIN = 65_536;
const LOOK_MS = 50;
/** What brokers take as one batch where they do not say. */
const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

export interface Topic {
  /** Bytes of the largest record batch it takes. */
  readonly maxMessageBytes: number;
}

/** Makes the topic where that is wanted, and holds it to the options. Rejects with LOG_MISSING, PARTITIONS_CHANGED and what `logError` makes. */
export async function openTopic(admin: Admin, options: KafkaLogOptions, identity: Identity): Promise<Topic> {
  const { topic, partitions, create } = options;
  const name = JSON.stringify(topic);
  try {
    let found = await describe(admin, topic);
    if (found === undefined && create) {
      await createTopic(admin, options);
      found = await everywhere(options, () => describe(admin, topic));
    }
    if (found === undefined) {
      throw new TidegateError('LOG_MISSING', `there is no topic ${name} at ${options.brokers.join(', ')}`);
    }
    const actual = found.partitions.length;
    if (actual !== partitions) throw partitionsChanged(topic, actual, partitions);
    return { maxMessageBytes: await maxMessageBytes(admin, topic) };
  } catch (error) {
    throw logError(error, `opening the topic ${name}`, identity);
  }
}

/** A topic that was just made is heard of by one broker after the other. Undefined where it is not within `answerMs`. */
export async function everywhere<T>(
  { clock, answerMs = DEFAULTS.answerMs }: KafkaLogOptions,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const until = elapsed(clock) + answerMs;
  for (;;) {
    const found = await look().catch((error: unknown) => {
      if (!hasType(error, 'LEADER_NOT_AVAILABLE')) throw error;
      return undefined;
    });
    if (found !== undefined || elapsed(clock) > until) return found;
    await waited(clock, LOOK_MS);
  }
}

export async function describe(admin: Admin, topic: string): Promise<ITopicMetadata | undefined> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0];
  } catch (error) {
    if (hasType(error, 'UNKNOWN_TOPIC_OR_PARTITION')) return undefined;
    throw error;
  }
}

async function createTopic(admin: Admin, options: KafkaLogOptions): Promise<void> {
  const { brokers } = await admin.describeCluster();
  const { topic, partitions, limits, retentionMs = DEFAULTS.retentionMs } = options;
  const replicationFactor = options.replicationFactor ?? Math.min(3, brokers.length);
  const minInsyncReplicas = options.minInsyncReplicas ?? Math.max(1, replicationFactor - 1);
  const config = {
    'min.insync.replicas': minInsyncReplicas,
    'retention.ms': retentionMs,
    'cleanup.policy': 'delete',
    'unclean.leader.election.enable': false,
    'max.message.bytes': limits.eventBytes + BATCH_MARGIN,
  };
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value: String(value) }));
  // Another process may have been faster, which is as good.
  await admin.createTopics({
    topics: [{ topic, numPartitions: partitions, replicationFactor, configEntries }],
    waitForLeaders: false, // kafkajs would ask one broker alone, and give up where that has not heard of the topic
  });
}

/** Who may not read the settings learns the limit from the broker's refusals. */
async function maxMessageBytes(admin: Admin, topic: string): Promise<number> {
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [
        { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['max.message.bytes'] },
      ],
    });
    const value = Number(resources[0]?.configEntries[0]?.configValue);
    return value > 0 ? value : DEFAULT_MAX_MESSAGE_BYTES;
  } catch {
    return DEFAULT_MAX_MESSAGE_BYTES;
  }
}
