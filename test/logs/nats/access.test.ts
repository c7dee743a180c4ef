import { nkeys } from 'nats';
import { afterEach, describe, expect, test } from 'vitest';
import type { EventLog, NatsLogOptions } from '../../../src/logs/index.ts';
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
