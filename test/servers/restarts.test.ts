import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { connect, StringCodec } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  freePort,
  type KafkaServer,
  type NatsServer,
  type RedisServer,
  startKafka,
  startNats,
  startRedis,
} from './index.ts';

const codec = StringCodec();

describe('Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ appendfsync: 'always' });
  });
  afterAll(() => server.stop());

  it('has what it acknowledged after kill -9 and a start on the same port', async () => {
    const client = new Redis(server.url, { retryStrategy: () => 20 });
    client.on('error', () => {}); // refused while it is down
    try {
      await client.set('key', 'value');
      const { pid } = server;
      await server.kill();
      expect(server.pid).toBeUndefined();
      await server.start();
      expect(server.pid).not.toBe(pid);
      expect(await client.get('key')).toBe('value');
    } finally {
      client.disconnect();
    }
  });

  it('stands still for SIGSTOP and goes on for SIGCONT', async () => {
    const client = new Redis(server.url);
    try {
      await client.ping();
      await server.kill('SIGSTOP');
      let answered = false;
      const answer = client.ping().then(() => {
        answered = true;
      });
      await expect(server.start()).rejects.toThrow('is running');
      expect(answered).toBe(false);
      await server.kill('SIGCONT');
      await answer;
    } finally {
      client.disconnect();
    }
  });

  it('takes settings of its own, and a server that rejects them says so at once', async () => {
    const secured = await startRedis({ config: { requirepass: 'open sesame' } }).catch(String);
    expect(secured).toMatch(/ended with 1 before it answered[\s\S]*requirepass/);
    const server = await startRedis({ config: { requirepass: 'sesame', maxmemory: '64mb' } });
    const client = new Redis(server.url);
    try {
      expect(await client.config('GET', 'maxmemory')).toEqual(['maxmemory', `${64 << 20}`]);
    } finally {
      client.disconnect();
      await server.stop();
    }
    expect(existsSync(server.dataDir)).toBe(false);
  });
});

it.each(['redis8', 'valkey'] as const)('%s starts', async (kind) => {
  const server = await startRedis({ kind });
  const client = new Redis(server.url);
  try {
    expect(await client.info('server')).toMatch(
      kind === 'redis8' ? /redis_version:8/ : /valkey_version:[89]/,
    );
  } finally {
    client.disconnect();
    await server.stop();
  }
});

describe('NATS', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNats({ syncAlways: true });
  });
  afterAll(() => server.stop());

  it('has what it acknowledged after kill -9 and a start on the same port', async () => {
    const write = await connect({ servers: server.url });
    await (await write.jetstreamManager()).streams.add({ name: 'kept', subjects: ['kept'] });
    const { seq } = await write.jetstream().publish('kept', codec.encode('value'));
    await write.close();
    await server.kill();
    await server.start();
    const read = await connect({ servers: server.url });
    const message = await (await read.jetstreamManager()).streams.getMessage('kept', { seq });
    expect(codec.decode(message.data)).toBe('value');
    await read.close();
  });

  it('takes configuration of its own', async () => {
    const secured = await startNats({ config: 'authorization { user: ada, password: sesame }' });
    try {
      await expect(connect({ servers: secured.url })).rejects.toThrow(/Authorization/);
      await (await connect({ servers: secured.url, user: 'ada', pass: 'sesame' })).close();
    } finally {
      await secured.stop();
    }
  });

  it('comes as the old server of Debian too, which knows no sync interval', async () => {
    const refused = await startNats({ version: 'debian', syncAlways: true }).catch(String);
    expect(refused).toMatch(/sync_interval/);
    const server = await startNats({ version: 'debian' });
    expect(server.description).toMatch(/^nats 2\.9\./);
    await server.stop();
  });
});

describe('Kafka', () => {
  let server: KafkaServer;
  beforeAll(async () => {
    server = await startKafka({ properties: { 'num.partitions': '2' } });
  });
  afterAll(() => server.stop());

  it('has what it acknowledged after kill -9 and a start on the same port', async () => {
    const kafka = new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING });
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: 'kept', messages: [{ value: 'value', partition: 1 }] });
    await producer.disconnect();
    await server.kill();
    await server.start();
    const admin = kafka.admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets('kept');
    await admin.disconnect();
    expect(offsets.map(({ partition, high }) => ({ partition, high }))).toEqual(
      expect.arrayContaining([
        { partition: 0, high: '0' },
        { partition: 1, high: '1' },
      ]),
    );
  }, 60_000);

  it('takes listeners of its own', async () => {
    const port = await freePort();
    const listeners = 'PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controllerPort}';
    const jaas = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_ada="sesame";';
    const secured = await startKafka({
      properties: {
        listeners: `${listeners},SASL_PLAINTEXT://127.0.0.1:${port}`,
        'advertised.listeners': `PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:${port}`,
        'sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.sasl_plaintext.plain.sasl.jaas.config': jaas,
      },
    });
    const topicsFor = async (password: string) => {
      const sasl = { mechanism: 'plain' as const, username: 'ada', password };
      const kafka = new Kafka({ brokers: [`127.0.0.1:${port}`], sasl, logLevel: logLevel.NOTHING });
      const admin = kafka.admin();
      await admin.connect();
      return admin.listTopics().finally(() => admin.disconnect());
    };
    try {
      expect(await topicsFor('sesame')).toEqual([]);
      await expect(topicsFor('wrong')).rejects.toThrow(/Authentication failed/);
    } finally {
      await secured.stop();
    }
  }, 60_000);
});
