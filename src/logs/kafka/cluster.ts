import { createRequire } from 'node:module';
import type { Broker, Cluster, Kafka } from 'kafkajs';
import { TidegateError } from '../../model/errors.ts';
import type { WireMessage } from './wire-message.ts';

/**
 * What kafkajs 2.2.4 has beyond its declared types and we use: messages over its connections, and the group's requests.
 * Of the two connections per broker, kafkajs keeps the second for requests to fetch, as they wait at the broker.
 */
interface Encoder {
  buf: Buffer;
  offset: number;
}
interface Connection {
  connect(): Promise<boolean>;
  disconnect(): Promise<boolean>;
  isConnected(): boolean;
  readonly socket?: { readonly destroyed: boolean };
  send<T>(message: {
    request: { apiKey: number; apiVersion: number; apiName: string; encode(): Promise<Encoder> };
    response: { decode(body: Buffer): Promise<T>; parse(value: T): Promise<T> };
    requestTimeout: number;
    logResponseError: boolean;
  }): Promise<T>;
}
export interface WireBroker extends Broker {
  /** By the key of each request, the versions the broker takes. */
  readonly versions?: Readonly<Record<number, { readonly maxVersion: number } | undefined>> | null;
  readonly connectionPool: {
    readonly pool: readonly Connection[];
    getConnection(index: 0 | 1): Promise<Connection>;
  };
  joinGroup(request: {
    groupId: string;
    sessionTimeout: number;
    rebalanceTimeout: number;
    memberId: string;
    groupProtocols: readonly { name: string; metadata: Buffer }[];
  }): Promise<JoinedGroup>;
  syncGroup(request: {
    groupId: string;
    generationId: number;
    memberId: string;
    groupAssignment: readonly { memberId: string; memberAssignment: Buffer }[];
  }): Promise<{ memberAssignment: Buffer }>;
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
  initProducerId(request: {
    transactionTimeout: number;
  }): Promise<{ readonly producerId: string; readonly producerEpoch: number }>;
}
export interface JoinedGroup {
  readonly generationId: number;
  readonly leaderId: string;
  readonly memberId: string;
  /** Of the leader alone. */
  readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
}

export function supports({ versions }: WireBroker, apiKey: number, version: number): boolean {
  return (versions?.[apiKey]?.maxVersion ?? 0) >= version;
}

export type Lane = 'now' | 'waiting';

/** The brokers as one purpose sees them: its own connections, and who leads which partition of the topic. */
export class KafkaCluster {
  readonly topic: string;
  readonly #cluster: Cluster;
  #closed = false;

  constructor(kafka: Kafka, topic: string) {
    this.topic = topic;
    this.#cluster = clusterOf(kafka);
  }

  async connect(): Promise<void> {
    await this.#cluster.connect();
    await this.#cluster.addTargetTopic(this.topic);
  }

  /** The node that leads the partition, as far as was heard; undefined where none does. */
  leader(partition: number): number | undefined {
    try {
      const found = this.#cluster
        .findTopicPartitionMetadata(this.topic)
        .find(({ partitionId }) => partitionId === partition);
      return found === undefined || found.leader < 0 ? undefined : found.leader;
    } catch {
      return undefined; // nothing was heard yet
    }
  }

  async broker(node: number): Promise<WireBroker> {
    return connectingOnce(await this.#cluster.findBroker({ nodeId: String(node) }));
  }
  async anyBroker(): Promise<WireBroker> {
    return connectingOnce(await this.#cluster.findControllerBroker());
  }
  async coordinator(group: string): Promise<WireBroker> {
    return connectingOnce(await this.#cluster.findGroupCoordinator({ groupId: group }));
  }

  /** Hears anew who leads what. Connects where nothing is connected any more. */
  async refresh(): Promise<void> {
    if (this.#closed) throw new TidegateError('LOG_UNAVAILABLE', 'the event log is closed');
    await this.#cluster.refreshMetadata();
  }

  /** `waiting` is for requests that the broker may keep for a while; those of one lane are answered one by one. */
  async send<T>(broker: WireBroker, lane: Lane, message: WireMessage<T>): Promise<T> {
    const connection = await broker.connectionPool.getConnection(lane === 'now' ? 0 : 1);
    return connection.send({
      request: {
        apiKey: message.apiKey,
        apiVersion: message.apiVersion,
        apiName: message.name,
        encode: async () => encoded(message.encode()),
      },
      response: { decode: async (body) => message.decode(body), parse: async (value) => value },
      requestTimeout: message.timeoutMs,
      logResponseError: false,
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#cluster.disconnect();
  }
}

const connectsOnce = new WeakSet<Connection>();

/**
 * Requests that find no connection each make one, and the last wins; here the first does, and all wait for it. And what is
 * closed is not closed again: each time would leave a listener behind, as long as the broker is away.
 */
function connectingOnce(broker: Broker): WireBroker {
  const found = broker as WireBroker;
  for (const connection of found.connectionPool.pool) {
    if (connectsOnce.has(connection)) continue;
    connectsOnce.add(connection);
    const connect = connection.connect.bind(connection);
    let connecting: Promise<boolean> | undefined;
    connection.connect = () => {
      connecting ??= connect().finally(() => {
        connecting = undefined;
      });
      return connecting;
    };
    const disconnect = connection.disconnect.bind(connection);
    connection.disconnect = async () => {
      const closed = !connection.isConnected() && connection.socket?.destroyed === true;
      return closed || disconnect();
    };
  }
  return found;
}

const KafkaEncoder = createRequire(import.meta.url)('kafkajs/src/protocol/encoder.js') as new () => Encoder;

function encoded(bytes: Buffer): Encoder {
  return Object.assign(new KafkaEncoder(), { buf: bytes, offset: bytes.length });
}

/** kafkajs hands its cluster to partition assigners; a consumer that never runs is the way to get at one. */
function clusterOf(kafka: Kafka): Cluster {
  let found: Cluster | undefined;
  kafka.consumer({
    groupId: 'unused',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster;
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        };
      },
    ],
  });
  if (found === undefined) throw new TidegateError('INTERNAL', 'kafkajs gave no cluster to its assigner');
  return found;
}
