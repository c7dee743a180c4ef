import type { Kafka, Producer, SASLOptions } from 'kafkajs';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { BrokerTls, KafkaConnection } from './broker-connection.ts';
import { type ContentMode, kafkaContent } from './broker-content.ts';
import { ClientPool } from './client-pool.ts';
import { effectError } from './effect-error.ts';
import { kafkaFailure, saysNoTopic } from './kafka-failure.ts';
import { resolveAll, type Secrets } from './secrets.ts';

/** Where an event goes in Kafka. */
export interface KafkaDestination {
  readonly topic: string;
  /** Default: the event's `partitionkey`, else none: any partition. */
  readonly key?: string | undefined;
}

/** Where a record came to lie; the result of the effect. */
export interface KafkaReceipt {
  readonly topic: string;
  readonly partition: number;
  /** Decimal, as it may go beyond what a number holds. */
  readonly offset: string;
}

const TOPIC = /^[\w.-]{1,249}$/;
/** The effect's own retry policy does the rest. */
const RETRY = { retries: 2, initialRetryTime: 100, maxRetryTime: 2_000 } as const;
const CONNECTION_TIMEOUT_MS = 5_000;

interface Client {
  readonly kafka: Kafka;
  readonly producer: Producer;
  readonly forget: () => void;
}

/** Publishes to Kafka. The client is loaded when first needed; each connection has one producer, shared by all effects. */
export class KafkaPublisher {
  readonly #secrets: Secrets;
  readonly #clients = new ClientPool<Client>(({ producer }) => producer.disconnect());

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /**
   * One record, acknowledged by all in-sync replicas. `name` tells the connection from others. Rejects with an EffectError:
   * ACTION_FAILED, TARGET_NOT_FOUND, EFFECT_REFUSED, ACCESS_DENIED, SECRET_NOT_FOUND (terminal), TARGET_UNREACHABLE,
   * EFFECT_FAILED (retryable).
   */
  async publish(
    name: string,
    connection: KafkaConnection,
    { topic, key }: KafkaDestination,
    event: CloudEvent,
    mode: ContentMode,
  ): Promise<KafkaReceipt> {
    if (typeof topic !== 'string' || !TOPIC.test(topic) || topic === '.' || topic === '..') {
      throw effectError('ACTION_FAILED', `${JSON.stringify(topic)} is no name of a Kafka topic`);
    }
    const target = `the Kafka topic "${topic}"`;
    let client: Client | undefined;
    try {
      client = await this.#clients.get(name, (forget) => connect(connection, this.#secrets, forget));
      const { headers, value } = kafkaContent(event, mode);
      // A send of one record is one of one partition: over several, kafkajs was seen to lose what brokers had acknowledged.
      const [receipt] = await client.producer.send({
        topic,
        acks: -1,
        messages: [{ key: keyOf(key, event), value, headers }],
      });
      return { topic, partition: receipt?.partition ?? -1, offset: receipt?.baseOffset ?? '' };
    } catch (error) {
      if (client !== undefined && saysNoTopic(error) && (await exists(client, topic))) {
        throw effectError('EFFECT_FAILED', `${target} is there, but the client did not know of it yet`, {
          cause: error,
        });
      }
      throw kafkaFailure(error, target);
    }
  }

  async close(): Promise<void> {
    await this.#clients.close();
  }
}

function keyOf(given: unknown, event: CloudEvent): string | null {
  const key = given ?? event.partitionkey ?? null;
  return key === null ? null : String(key);
}

/**
 * A client that knows a topic which was deleted since takes every other one for missing too, so it is asked anew, and the
 * client is not used again.
 */
async function exists({ kafka, producer, forget }: Client, topic: string): Promise<boolean> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const found = (await admin.listTopics()).includes(topic);
    if (found) {
      forget();
      producer.disconnect().catch(() => undefined);
    }
    return found;
  } catch {
    return false; // the first error says more
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function connect(sealed: KafkaConnection, secrets: Secrets, forget: () => void): Promise<Client> {
  const { brokers, clientId, tls, sasl } = await resolveAll(sealed, secrets);
  const { Kafka: KafkaClient, logLevel } = (await import('kafkajs')).default;
  const kafka = new KafkaClient({
    brokers: [...brokers],
    clientId: clientId ?? 'tidegate',
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    logLevel: logLevel.NOTHING,
    retry: RETRY,
    ...(tls !== undefined && { ssl: typeof tls === 'boolean' ? tls : tlsOptions(tls) }),
    ...(sasl && { sasl: { ...sasl } as SASLOptions }),
  });
  const producer = kafka.producer({ allowAutoTopicCreation: false, retry: RETRY });
  await producer.connect();
  return { kafka, producer, forget };
}

function tlsOptions({ ca, certificate, key, serverName }: BrokerTls): object {
  return {
    ...(ca !== undefined && { ca: [ca] }),
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}
