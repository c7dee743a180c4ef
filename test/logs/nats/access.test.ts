import { readFileSync } from 'node:fs';
import { connect, nkeys } from 'nats';
import { afterEach, describe, expect, test } from 'vitest';
import type { EventLog, NatsLogOptions } from '../../../src/logs/index.ts';
import { partitionOf } from '../../../src/model/partition.ts';
import { follow } from '../../conformance/follower.ts';
import { startNats } from '../../servers/index.ts';
import type { NatsServer } from '../../servers/running-server.ts';
import { openTestLog } from './test-log.ts';

let server: NatsServer | undefined;
let log: EventLog | undefined;
afterEach(async () => {
  await log?.close();
  await server?.stop();
  server = undefined;
  log = undefined;
});

const nkey = nkeys.createUser();
const other = nkeys.createUser();
const seedOf = (key: typeof nkey) => new TextDecoder().decode(key.getSeed());

const ways: readonly [string, string, Partial<NatsLogOptions>, Partial<NatsLogOptions>, RegExp][] = [
  ['a token', 'token: "s3cret"', { token: 's3cret' }, { token: 'wrong' }, /holder of the token/],
  [
    'user and password',
    'user: "ada", password: "s3cret"',
    { user: 'ada', password: 's3cret' },
    { user: 'ada', password: 'wrong' },
    /user "ada"/,
  ],
  [
    'an NKey',
    `users: [{ nkey: ${nkey.getPublicKey()} }]`,
    { nkeySeed: seedOf(nkey) },
    { nkeySeed: seedOf(other) },
    /user of the NKey/,
  ],
];

describe.each(ways)('with %s', (_name, authorization, right, wrong, named) => {
  test('the log opens with the right one, and says ACCESS_DENIED with who it was otherwise', async () => {
    server = await startNats({ config: `authorization { ${authorization} }` });
    const { url } = server;
    log = await openTestLog(url, right);
    expect(await log.append(0, ['1'])).toBe(1);
    const denied = { code: 'ACCESS_DENIED', message: expect.stringMatching(named) };
    await expect(openTestLog(url, wrong)).rejects.toMatchObject(denied);
    await expect(openTestLog(url, {})).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringContaining('nobody'),
    });
  });
});

test('publishing that is not permitted is ACCESS_DENIED with the subject', async () => {
  const users = `users: [
    { user: "installer", password: "p" },
    { user: "reader", password: "p", permissions: { publish: { deny: ["tidegate.events.>"] } } } ]`;
  server = await startNats({ config: `authorization { ${users} }` });
  await (await openTestLog(server.url, { user: 'installer', password: 'p' })).close();
  log = await openTestLog(server.url, { user: 'reader', password: 'p', create: false });
  await expect(log.append(0, ['1'])).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    message: expect.stringMatching(/tidegate\.events\.0.*user "reader"/),
  });
});

test('the rights that docs/nats.md names are enough, and each is asked for', async () => {
  const page = readFileSync(new URL('../../../docs/nats.md', import.meta.url), 'utf8');
  const rights = /## Rights([\s\S]*?)##/.exec(page)![1]!;
  const named = [...rights.matchAll(/`([^`\s]*[.>][^`\s]*)`/g)].map((match) => match[1]!);
  const publish = named.filter((subject) => subject !== '_INBOX.>');
  const permissions = `publish: { allow: ${JSON.stringify([...publish, 'tidegate.events'])} }, subscribe: { allow: ["_INBOX.>"] }`;
  server = await startNats({
    config: `authorization { users: [{ user: "ada", password: "p", permissions: { ${permissions} } }] }`,
  });
  log = await openTestLog(server.url, { user: 'ada', password: 'p' });
  const relay = await log.relay!();
  const producer = await connect({ servers: server.url, user: 'ada', pass: 'p' });
  producer.publish('tidegate.events', '{"workflow":"parts","run":"r1"}');
  const partition = partitionOf('parts/r1', 2);
  await (await follow(log, partition, 0)).gather(1);
  expect(await log.append(partition, ['2'])).toBeGreaterThan(2);
  expect(await log.head(partition)).toBeGreaterThan(3);
  expect(relay.trouble).toBeUndefined();
  await producer.close();
  await relay.close();
});

test('reading that is not permitted is ACCESS_DENIED too', async () => {
  const users = `users: [
    { user: "installer", password: "p" },
    { user: "writer", password: "p", permissions: { publish: { deny: ["$JS.API.CONSUMER.>"] } } } ]`;
  server = await startNats({ config: `authorization { ${users} }` });
  await (await openTestLog(server.url, { user: 'installer', password: 'p' })).close();
  log = await openTestLog(server.url, { user: 'writer', password: 'p', create: false });
  expect(await log.append(0, ['1'])).toBe(1);
  await expect(follow(log, 0, 0)).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    message: expect.stringContaining('user "writer"'),
  });
});

test('with the credentials file of a user in an account', async () => {
  const operator = nkeys.createOperator();
  const account = nkeys.createAccount();
  const system = nkeys.createAccount();
  const everything = {
    mem_storage: -1,
    disk_storage: -1,
    streams: -1,
    consumer: -1,
    conn: -1,
    subs: -1,
    data: -1,
    payload: -1,
  };
  const accountToken = jwt(operator, account, { type: 'account', version: 2, limits: everything });
  const systemToken = jwt(operator, system, { type: 'account', version: 2, limits: { conn: -1, subs: -1 } });
  const operatorToken = jwt(operator, operator, { type: 'operator', version: 2 });
  const userToken = jwt(account, nkey, { type: 'user', version: 2, subs: -1, data: -1, payload: -1 });
  const credentials = (seed: string) =>
    `-----BEGIN NATS USER JWT-----\n${userToken}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
  server = await startNats({
    config: `operator: ${operatorToken}\nresolver: MEMORY\nsystem_account: ${system.getPublicKey()}\nresolver_preload: { ${account.getPublicKey()}: ${accountToken}, ${system.getPublicKey()}: ${systemToken} }`,
  });
  log = await openTestLog(server.url, { credentials: credentials(seedOf(nkey)) });
  expect(await log.append(0, ['1'])).toBe(1);
  await expect(openTestLog(server.url, { credentials: credentials(seedOf(other)) })).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    message: expect.stringContaining('credentials file'),
  });
});

/** A token as NATS has them: a JWT signed by an NKey. */
function jwt(issuer: typeof nkey, subject: typeof nkey, nats: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    jti: 'test',
    iat: 1_700_000_000,
    iss: issuer.getPublicKey(),
    name: 'test',
    sub: subject.getPublicKey(),
  };
  const text = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ ...claims, nats })}`;
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString('base64url')}`;
}

test('a seed that is none is INVALID_CONFIGURATION and does not stand in the message', async () => {
  server = await startNats();
  await expect(openTestLog(server.url, { nkeySeed: 'SUNOTASEED' })).rejects.toSatisfy(
    (error: Error & { code: string }) =>
      error.code === 'INVALID_CONFIGURATION' && !error.message.includes('SUNOTASEED'),
  );
});

test('LOG_UNAVAILABLE where nobody listens', async () => {
  server = await startNats();
  const { url } = server;
  await server.kill();
  await expect(openTestLog(url)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
});
