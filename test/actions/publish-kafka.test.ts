import { HTTP, Kafka as KafkaBinding } from 'cloudevents';
import kafkajs, { type Admin, type IHeaders, Kafka, type KafkaMessage } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  brokerPublishers,
  type EffectError,
  type KafkaConnection,
  publishInvoker,
} from '../../src/actions/index.ts';
import { murmur2 } from '../../src/model/partition.ts';
import { isWanted, type KafkaServer, sharedKafka, startKafka } from '../servers/index.ts';
import { fresh, publisher } from './broker-effects.ts';
import { effect, failure, never } from './calls.ts';
import { dependencies } from './dependencies.ts';

const { logLevel } = kafkajs;
const silent = { logLevel: logLevel.NOTHING };

async function readAll(
  kafka: Kafka,
  topic: string,
  count: number,
): Promise<(KafkaMessage & { partition: number })[]> {
  const consumer = kafka.consumer({ groupId: fresh('group'), maxWaitTimeInMs: 100 });
  onTestFinished(() => consumer.disconnect());
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const messages: (KafkaMessage & { partition: number })[] = [];
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        async eachMessage({ message, partition }) {
          messages.push({ ...message, partition });
          if (messages.length === count) resolve();
        },
      })
      .catch(reject);
  });
  return messages;
}

const texts = (headers: IHeaders = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

describe.skipIf(!(await isWanted('kafka')))('publishing to Kafka', () => {
  let brokers: readonly string[];
  let kafka: Kafka;
  let admin: Admin;
  beforeAll(async () => {
    brokers = await sharedKafka();
    kafka = new Kafka({ ...silent, brokers: [...brokers] });
    admin = kafka.admin();
    await admin.connect();
  });
  afterAll(() => admin?.disconnect());

  async function topicOf(numPartitions = 1, configEntries: { name: string; value: string }[] = []) {
    const topic = fresh('topic');
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions, configEntries }] });
    return topic;
  }
  const toOwn = () => publisher({ named: {}, own: { kafka: { brokers } } });

  it.each(['binary', 'structured'] as const)(
    'in %s mode is read by another implementation as meant',
    async (mode) => {
      const topic = await topicOf();
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const event = {
        type: 'com.example.done',
        subject: 'order.ä',
        extensions: { tenant: 'a', weight: 3 },
        data: { total: [1, 'ä'] },
      };
      const call = effect('publish', { kafka: { topic }, mode, event }, { traceparent });
      expect(await toOwn().invoke(call, never)).toEqual({ topic, partition: 0, offset: '0' });
      const [message] = await readAll(kafka, topic, 1);
      const headers = texts(message?.headers);
      const body = message?.value?.toString() ?? '';
      // The package wants a time in a structured record, which CloudEvents does not.
      const read = (mode === 'binary'
        ? KafkaBinding.toEvent({ headers, body, value: body } as never)
        : HTTP.toEvent({ headers, body })) as unknown as Record<string, unknown>;
      expect({ ...read, weight: Number(read['weight']) }).toMatchObject({
        specversion: '1.0',
        id: call.id,
        source: '/orders/run-1',
        type: 'com.example.done',
        subject: 'order.ä',
        traceparent,
        tenant: 'a',
        weight: 3,
        datacontenttype: 'application/json',
      });
      expect(JSON.parse(body)).toMatchObject(mode === 'binary' ? event.data : { data: event.data });
      expect(headers['content-type']).toMatch(
        mode === 'binary' ? /^application\/json$/ : /^application\/cloudevents\+json/,
      );
      expect(message?.key).toBeNull();
    },
  );

  it('keys the record by the key given, else by the partition key, as the default partitioner places it', async () => {
    const topic = await topicOf(8);
    const invoker = toOwn();
    const event = { type: 'a', partitionkey: 'customer-7' };
    await invoker.invoke(effect('publish', { kafka: { topic }, mode: 'structured', event }), never);
    await invoker.invoke(
      effect('publish', { kafka: { topic, key: 'other' }, mode: 'structured', event }, { id: 'second' }),
      never,
    );
    const messages = await readAll(kafka, topic, 2);
    expect(new Map(messages.map(({ key, partition }) => [String(key), partition]))).toEqual(
      new Map(['customer-7', 'other'].map((key) => [key, (murmur2(Buffer.from(key)) & 0x7fffffff) % 8])),
    );
  });

  it('goes over the connection that the action names, and over no other', async () => {
    const topic = await topicOf();
    const named = { shop: { kafka: { brokers } }, post: { nats: { servers: ['127.0.0.1:1'] } } };
    const publish = (connection?: string) =>
      publisher({ named }).invoke(
        effect('publish', {
          kafka: { topic, ...(connection && { connection }) },
          mode: 'structured',
          event: { type: 'a' },
        }),
        never,
      );
    expect(await publish('shop')).toMatchObject({ topic, offset: '0' });
    for (const [name, told] of [
      ['post', '"post"'],
      [undefined, 'names no'],
      ['__proto__', '"__proto__"'],
    ] as const) {
      const { code, message, retryable } = await failure(publish(name));
      expect({ code, retryable }).toEqual({ code: 'CONNECTION_NOT_FOUND', retryable: false });
      expect(message).toContain(told);
      expect(message).toContain('configured are shop');
    }
  });

  it('fails for good where the topic is not there, and does not create it', async () => {
    const topic = fresh('missing');
    const call = effect('publish', { kafka: { topic }, mode: 'structured', event: { type: 'a' } });
    expect(await failure(toOwn().invoke(call, never))).toMatchObject({
      code: 'TARGET_NOT_FOUND',
      retryable: false,
    });
    expect(await admin.listTopics()).not.toContain(topic);
  });

  it('goes on with other topics when one that was known is deleted', async () => {
    const [gone, kept] = [await topicOf(), await topicOf()];
    const invoker = toOwn();
    const publish = (topic: string, id: string) =>
      invoker.invoke(
        effect('publish', { kafka: { topic }, mode: 'structured', event: { type: 'a' } }, { id }),
        never,
      );
    await publish(gone, '1');
    await publish(kept, '2');
    await admin.deleteTopics({ topics: [gone] });
    await expect.poll(() => admin.listTopics()).not.toContain(gone);
    expect(await failure(publish(gone, '3'))).toMatchObject({ code: 'TARGET_NOT_FOUND', retryable: false });
    // The first may still be told of the topic that is gone; a retry must help.
    const second = await publish(kept, '4').then(
      () => undefined,
      (error: EffectError) => error.failure,
    );
    if (second !== undefined) {
      expect(second).toMatchObject({ retryable: true });
      expect(await publish(kept, '4')).toMatchObject({ topic: kept });
    }
  });

  it('fails for good where the topic takes no event of that size', async () => {
    const topic = await topicOf(1, [{ name: 'max.message.bytes', value: '2000' }]);
    const call = effect('publish', {
      kafka: { topic },
      mode: 'structured',
      event: { type: 'a', data: 'x'.repeat(5_000) },
    });
    expect(await failure(toOwn().invoke(call, never))).toMatchObject({
      code: 'EFFECT_REFUSED',
      retryable: false,
      details: { error: 'MESSAGE_TOO_LARGE' },
    });
  });

  it.each([['two words'], [''], ['..'], [7], ['x'.repeat(250)]])(
    'refuses the topic %j, which a template gave',
    async (topic) => {
      const call = effect('publish', { kafka: { topic }, mode: 'structured', event: { type: 'a' } });
      expect(await failure(toOwn().invoke(call, never))).toMatchObject({
        code: 'ACTION_FAILED',
        retryable: false,
      });
    },
  );

  it('refuses what is no event before anything is connected', async () => {
    const invoker = publisher({ named: {}, own: { kafka: { brokers: ['127.0.0.1:1'] } } });
    for (const [type, code] of [
      ['dev.tidegate.command.start', 'RESERVED_TYPE'],
      ['', 'INVALID_EVENT'],
    ] as const) {
      const call = effect('publish', { kafka: { topic: 'a' }, mode: 'structured', event: { type } });
      expect(await failure(invoker.invoke(call, never))).toMatchObject({ code, retryable: false });
    }
  });

  it('may be tried again where no broker answers', async () => {
    const invoker = publisher({ named: {}, own: { kafka: { brokers: ['127.0.0.1:1'] } } });
    const call = effect('publish', { kafka: { topic: 'a' }, mode: 'structured', event: { type: 'a' } });
    for (const _ of [1, 2]) {
      expect(await failure(invoker.invoke(call, never))).toMatchObject({
        code: 'TARGET_UNREACHABLE',
        retryable: true,
      });
    }
  });
});

describe.skipIf(!(await isWanted('kafka')))('a Kafka that wants to know who publishes', () => {
  let server: KafkaServer;
  const sasl = (username: string, password: string) => ({ mechanism: 'plain' as const, username, password });
  beforeAll(async () => {
    const users =
      'username="admin" password="admin-secret" user_admin="admin-secret" user_writer="writer-secret"';
    server = await startKafka({
      properties: {
        'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
        'sasl.enabled.mechanisms': 'PLAIN',
        'sasl.mechanism.inter.broker.protocol': 'PLAIN',
        'listener.name.plaintext.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${users};`,
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:admin;User:ANONYMOUS',
      },
    });
    const admin = new Kafka({
      ...silent,
      brokers: [...server.brokers],
      sasl: sasl('admin', 'admin-secret'),
    }).admin();
    await admin.connect();
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'orders', numPartitions: 1 }] });
    await admin.disconnect();
  });
  afterAll(() => server?.stop());

  const call = effect('publish', { kafka: { topic: 'orders' }, mode: 'structured', event: { type: 'a' } });
  const as = (username: string, password: string) => {
    const kafka: KafkaConnection = { brokers: server.brokers, sasl: sasl(username, password) };
    return publisher({ named: {}, own: { kafka } }, { TIDEGATE_SECRET_KAFKA: 'admin-secret' }).invoke(
      call,
      never,
    );
  };

  it('takes the event of a user whose password is a secret', async () => {
    expect(await as('admin', 'secret://kafka')).toMatchObject({ topic: 'orders' });
  });
  it.each([
    ['a wrong password', 'admin', 'nonsense', 'ACCESS_DENIED'],
    ['a user without the right', 'writer', 'writer-secret', 'ACCESS_DENIED'],
    ['a secret that is missing', 'admin', 'secret://nowhere', 'SECRET_NOT_FOUND'],
  ])('fails for good with %s', async (_, username, password, code) => {
    const failed = await failure(as(username, password));
    expect(failed).toMatchObject({ code, retryable: false });
    expect(JSON.stringify(failed)).not.toContain('writer-secret');
  });

  it('is published to again when it was killed and is back, and its connection closes while it is away', async () => {
    const deps = dependencies();
    const own = { kafka: { brokers: server.brokers, sasl: sasl('admin', 'admin-secret') } };
    const brokers = brokerPublishers({ named: {}, own }, deps.secrets);
    const invoker = publishInvoker({ ...deps, brokers });
    expect(await invoker.invoke(call, never)).toMatchObject({ topic: 'orders' });
    await server.kill();
    expect(await failure(invoker.invoke(call, never))).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      retryable: true,
    });
    await server.start();
    await expect
      .poll(() => invoker.invoke(call, never).catch((error: EffectError) => error.failure.code), {
        timeout: 30_000,
      })
      .toMatchObject({ topic: 'orders' });
    await server.kill();
    await brokers.close();
  }, 120_000);
});
