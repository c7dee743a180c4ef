import { type CloudEvent, HTTP } from 'cloudevents';
import { connect, type JsMsg, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { brokerPublishers, type EffectError, publishInvoker } from '../../src/actions/index.ts';
import { isWanted, type NatsServer, sharedNats, startNats } from '../servers/index.ts';
import { fresh, publisher } from './broker-effects.ts';
import { effect, failure, never } from './calls.ts';
import { dependencies } from './dependencies.ts';

const request = (subject: unknown, more: object = {}, event: object = { type: 'a' }) => ({
  nats: { subject, ...more },
  mode: 'structured',
  event,
});

describe.skipIf(!(await isWanted('nats')))('publishing to NATS', () => {
  let url: string;
  let client: NatsConnection;
  beforeAll(async () => {
    url = await sharedNats();
    client = await connect({ servers: url });
  });
  afterAll(() => client?.close());

  /** A stream over one subject; answers both names. */
  async function streamOf(config: object = {}) {
    const stream = fresh('stream');
    const subject = `${stream}.events`;
    await (await client.jetstreamManager()).streams.add({ name: stream, subjects: [subject], ...config });
    return { stream, subject };
  }
  async function messagesOf(stream: string): Promise<JsMsg[]> {
    const consumer = await client.jetstream().consumers.get(stream);
    const { num_pending: pending } = await consumer.info(true);
    const messages: JsMsg[] = [];
    for (let at = 0; at < pending; at++) messages.push((await consumer.next()) as JsMsg);
    return messages;
  }
  const toOwn = () => publisher({ named: {}, own: { nats: { servers: [url] } } });

  it.each(['binary', 'structured'] as const)(
    'in %s mode is stored by the stream as the binding says',
    async (mode) => {
      const { stream, subject } = await streamOf();
      const event = {
        type: 'com.example.done',
        subject: 'order ä%',
        data: { total: [1, 'ä'] },
        partitionkey: 'k',
      };
      const call = effect('publish', { nats: { subject }, mode, event }, { traceparent: '00-a-b-01' });
      expect(await toOwn().invoke(call, never)).toEqual({ stream, sequence: 1, duplicate: false });
      const [message] = await messagesOf(stream);
      const headers = Object.fromEntries(
        [...(message?.headers ?? [])].map(([name, [value]]) => [name, value]),
      );
      expect(headers['Nats-Msg-Id']).toBe(call.id);
      const type = headers['ce-datacontenttype'];
      // But for the place of the data's type, the binding is that of HTTP.
      const read = HTTP.toEvent({
        headers: { ...headers, ...(type && { 'content-type': type }) },
        body: message?.string(),
      }) as CloudEvent<unknown>;
      // The package leaves percent-encoded headers as they are.
      const about = mode === 'binary' ? decodeURIComponent(String(read.subject)) : read.subject;
      expect({ ...read, subject: about }).toMatchObject({
        id: call.id,
        source: '/orders/run-1',
        type: 'com.example.done',
        subject: 'order ä%',
        partitionkey: 'k',
        datacontenttype: 'application/json',
        traceparent: '00-a-b-01',
        data: { total: [1, 'ä'] },
      });
      expect(headers['content-type']).toBe(
        mode === 'binary' ? undefined : 'application/cloudevents+json; charset=utf-8',
      );
    },
  );

  it('is stored once, however often it is delivered under the same effect id', async () => {
    const { stream, subject } = await streamOf();
    const invoker = toOwn();
    const publish = (id: string) => invoker.invoke(effect('publish', request(subject), { id }), never);
    expect([await publish('a:1'), await publish('a:1'), await publish('a:2')]).toMatchObject([
      { duplicate: false, sequence: 1 },
      { duplicate: true, sequence: 1 },
      { duplicate: false, sequence: 2 },
    ]);
    expect(await messagesOf(stream)).toHaveLength(2);
  });

  it('reaches whoever listens, with no stream at all, where the action says so', async () => {
    const subject = fresh('subject');
    const listening = client.subscribe(subject, { max: 1 });
    await client.flush();
    expect(await toOwn().invoke(effect('publish', request(subject, { jetstream: false })), never)).toBeNull();
    for await (const message of listening)
      expect(message.json()).toMatchObject({ type: 'a', source: '/orders/run-1' });
  });

  it('fails for good where no stream takes the subject', async () => {
    const { code, retryable, message } = await failure(
      toOwn().invoke(effect('publish', request(fresh('missing'))), never),
    );
    expect({ code, retryable }).toEqual({ code: 'TARGET_NOT_FOUND', retryable: false });
    expect(message).toContain('no stream takes');
  });

  it('fails for good where the stream or the server takes no event of that size', async () => {
    const { subject } = await streamOf({ max_msg_size: 1_000 });
    const large = (characters: number) => request(subject, {}, { type: 'a', data: 'x'.repeat(characters) });
    for (const characters of [2_000, 1_048_000]) {
      const failed = await failure(toOwn().invoke(effect('publish', large(characters)), never));
      expect(failed).toMatchObject({ code: 'EFFECT_REFUSED', retryable: false });
    }
  });

  it('may be tried again where the stream is full just now', async () => {
    const { subject } = await streamOf({ max_msgs: 1, discard: 'new' });
    const invoker = toOwn();
    await invoker.invoke(effect('publish', request(subject)), never);
    const failed = await failure(invoker.invoke(effect('publish', request(subject), { id: 'other' }), never));
    expect(failed).toMatchObject({ code: 'EFFECT_FAILED', retryable: true });
  });

  it.each([['a b'], ['a.*'], ['>'], ['a..b'], [''], [7], ['$JS.API.STREAM.DELETE.x'], ['_INBOX.x']])(
    'refuses the subject %j, which a template gave',
    async (subject) => {
      const failed = await failure(toOwn().invoke(effect('publish', request(subject)), never));
      expect(failed).toMatchObject({ code: 'ACTION_FAILED', retryable: false });
    },
  );

  it('may be tried again where no server answers', async () => {
    const invoker = publisher({ named: {}, own: { nats: { servers: ['127.0.0.1:1'] } } });
    for (const _ of [1, 2]) {
      const failed = await failure(invoker.invoke(effect('publish', request('a')), never));
      expect(failed).toMatchObject({ code: 'TARGET_UNREACHABLE', retryable: true });
    }
  });
});

describe.skipIf(!(await isWanted('nats')))('a NATS server that dies', () => {
  it('is published to again when it is back, and its connection closes while it is away', async () => {
    const server = await startNats();
    onTestFinished(() => server.stop());
    const client = await connect({ servers: server.url });
    await (await client.jetstreamManager()).streams.add({ name: 'S', subjects: ['a'] });
    await client.close();
    const deps = dependencies();
    const brokers = brokerPublishers({ named: {}, own: { nats: { servers: [server.url] } } }, deps.secrets);
    const invoker = publishInvoker({ ...deps, brokers });
    const publish = (id: string) => invoker.invoke(effect('publish', request('a'), { id }), never);
    expect(await publish('1')).toMatchObject({ sequence: 1 });
    await server.kill();
    expect(await failure(publish('2'))).toMatchObject({ code: 'TARGET_UNREACHABLE', retryable: true });
    await server.start();
    await expect
      .poll(() => publish('3').catch((error: EffectError) => error.failure.code), { timeout: 15_000 })
      .toMatchObject({ stream: 'S' });
    await server.kill();
    await brokers.close();
  });
});

describe.skipIf(!(await isWanted('nats')))('a NATS server that wants to know who publishes', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNats({
      config: `authorization { users: [
        { user: all, password: all-secret }
        { user: some, password: some-secret, permissions: { publish: ["allowed.>", "$JS.API.>"], subscribe: "_INBOX.>" } }
      ] }`,
    });
    const client = await connect({ servers: server.url, user: 'all', pass: 'all-secret' });
    const { streams } = await client.jetstreamManager();
    await streams.add({ name: 'S', subjects: ['allowed.>', 'other.>'] });
    await client.close();
  });
  afterAll(() => server?.stop());

  const publish = (user: string, password: string, subject: string, more: object = {}) =>
    publisher(
      { named: { post: { nats: { servers: [server.url], user, password } } } },
      { TIDEGATE_SECRET_SOME: 'some-secret' },
    ).invoke(effect('publish', request(subject, { connection: 'post', ...more })), never);

  it('takes the event of a user whose password is a secret', async () => {
    expect(await publish('some', 'secret://some', 'allowed.a')).toMatchObject({ stream: 'S' });
    expect(await publish('some', 'secret://some', 'allowed.a', { jetstream: false })).toBeNull();
  });
  it.each([
    ['a wrong password', 'nonsense', 'allowed.a', {}],
    ['a subject the user may not publish to', 'some-secret', 'other.a', {}],
    ['such a subject without JetStream', 'some-secret', 'other.a', { jetstream: false }],
  ])('fails for good with %s', async (_, password, subject, more) => {
    const failed = await failure(publish('some', password, subject, more));
    expect(failed).toMatchObject({ code: 'ACCESS_DENIED', retryable: false });
    expect(JSON.stringify(failed)).not.toContain(password);
  });
});
