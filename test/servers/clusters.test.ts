import { Cluster, Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { connect } from 'nats';
import { expect, it } from 'vitest';
import { startKafkaCluster, startNatsCluster, startRedisCluster, startRedisSentinel } from './index.ts';
import { until } from './waiting.ts';

const LIMIT_MS = 90_000;

const hostsOf = (url: string) =>
  url
    .replace('redis://', '')
    .split(',')
    .map((address) => ({ host: address.split(':')[0]!, port: Number(address.split(':')[1]) }));

it(
  'a cluster of Redis serves all slots again after a master was killed',
  async () => {
    const cluster = await startRedisCluster();
    const client = new Cluster(hostsOf(cluster.url), { clusterRetryStrategy: () => 50 });
    client.on('error', () => {}); // while a master is missing
    try {
      const keys = Array.from({ length: 50 }, (_, i) => `key-${i}`);
      const writeAll = () => Promise.all(keys.map((key) => client.set(key, 'value')));
      await writeAll();
      await cluster.nodes[0]!.kill();
      const takesWrites = () =>
        writeAll()
          .then(() => true)
          .catch(() => false);
      await until(takesWrites, { what: 'writes to all slots' });
    } finally {
      client.disconnect();
      await cluster.stop();
    }
  },
  LIMIT_MS,
);

it(
  'sentinels name another master after the first was killed',
  async () => {
    const sentinel = await startRedisSentinel();
    const client = new Redis({
      sentinels: hostsOf(sentinel.url),
      name: sentinel.masterName,
      sentinelRetryStrategy: () => 50,
      maxRetriesPerRequest: null,
    });
    client.on('error', () => {}); // while there is no master
    try {
      const portOfMaster = async () => Number(/tcp_port:(\d+)/.exec(await client.info('server'))?.[1]);
      const [first] = sentinel.nodes;
      expect(await portOfMaster()).toBe(first!.port);
      await first!.kill();
      expect(await portOfMaster()).not.toBe(first!.port);
    } finally {
      client.disconnect();
      await sentinel.stop();
    }
  },
  LIMIT_MS,
);

it(
  'a cluster of NATS keeps streams with three replicas',
  async () => {
    const cluster = await startNatsCluster();
    const connection = await connect({ servers: cluster.url.split(',') });
    try {
      const { streams } = await connection.jetstreamManager();
      const { cluster: placement } = await streams.add({ name: 'kept', subjects: ['kept'], num_replicas: 3 });
      expect(placement?.replicas).toHaveLength(2);
      expect((await connection.jetstream().publish('kept')).seq).toBe(1);
    } finally {
      await connection.close();
      await cluster.stop();
    }
  },
  LIMIT_MS,
);

it(
  'a cluster of Kafka elects another leader after a broker was killed, and takes it back',
  async () => {
    const cluster = await startKafkaCluster();
    const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    try {
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1 }], waitForLeaders: true });
      const partition = async () =>
        (await admin.fetchTopicMetadata({ topics: ['kept'] })).topics[0]!.partitions[0]!;
      const { leader: first, replicas } = await partition();
      expect(replicas).toHaveLength(3);
      const node = cluster.nodes[first - 1]!;
      await node.kill();
      const hasNewLeader = async () => ![first, -1].includes((await partition()).leader);
      await until(hasNewLeader, { what: 'another leader' });
      await node.start();
      await until(async () => (await partition()).isr.length === 3, { what: 'all replicas in step' });
    } finally {
      await admin.disconnect();
      await cluster.stop();
    }
  },
  LIMIT_MS,
);
