import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts } from '../servers/free-port.ts';
import { type KafkaServer, startKafka } from '../servers/index.ts';
import { until } from '../servers/waiting.ts';
import { TestTopic } from './kafka.ts';

const STORE_PASSWORD = 'changeit';
const carol = { name: 'carol', password: 'cheshire-cat' };
const alice = { mechanism: 'plain', username: 'alice', password: 'rabbit-hole' } as const;

let folder: string;
let certificate: string;
let server: KafkaServer;
let encrypted: readonly string[];
let plain: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-kafka-tls-'));
  const keystore = join(folder, 'broker.p12');
  const keytool = (...args: string[]) =>
    execFileSync(
      'keytool',
      [...args, '-keystore', keystore, '-storepass', STORE_PASSWORD, '-alias', 'broker'],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
  keytool(
    '-genkeypair',
    '-keyalg',
    'EC',
    '-dname',
    'CN=broker',
    '-ext',
    'san=ip:127.0.0.1',
    '-storetype',
    'PKCS12',
  );
  certificate = keytool('-exportcert', '-rfc');
  const [tlsPort = 0, saslPort = 0] = await freePorts(2);
  encrypted = [`127.0.0.1:${tlsPort}`];
  plain = [`127.0.0.1:${saslPort}`];
  const clients = `PLAINTEXT://127.0.0.1:{port},SASL_SSL://${encrypted},SASL_PLAINTEXT://${plain}`;
  const users = `org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="${alice.password}" user_bob="looking-glass";`;
  server = await startKafka({
    properties: {
      listeners: `${clients},CONTROLLER://127.0.0.1:{controllerPort}`,
      'advertised.listeners': clients,
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.sasl_ssl.plain.sasl.jaas.config': users,
      'listener.name.sasl_plaintext.plain.sasl.jaas.config': users,
      ...Object.fromEntries(
        ['sasl_ssl', 'sasl_plaintext'].flatMap((listener) =>
          ['scram-sha-256', 'scram-sha-512'].map((mechanism) => [
            `listener.name.${listener}.${mechanism}.sasl.jaas.config`,
            'org.apache.kafka.common.security.scram.ScramLoginModule required;',
          ]),
        ),
      ),
      'ssl.keystore.location': keystore,
      'ssl.keystore.password': STORE_PASSWORD,
      'ssl.key.password': STORE_PASSWORD,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:alice;User:carol;User:ANONYMOUS',
    },
    users: [
      { mechanism: 'SCRAM-SHA-256', ...carol },
      { mechanism: 'SCRAM-SHA-512', ...carol },
    ],
  });
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a user with a password, over TLS', () => {
  test.each([
    alice,
    { mechanism: 'scram-sha-256', username: carol.name, password: carol.password },
    { mechanism: 'scram-sha-512', username: carol.name, password: carol.password },
  ] as const)('reads, writes, and takes part in the group: $mechanism', async (sasl) => {
    const topic = await TestTopic.create(server.brokers);
    const log = await topic.open({
      brokers: encrypted,
      ssl: { ca: certificate },
      sasl,
      group: topic.name,
    });
    const assigned: number[] = [];
    await log.assigner!.join({
      assigned: (partition) => assigned.push(partition),
      revoked: async () => {},
      lost: () => {},
    });
    await until(() => assigned.length === 2, { what: 'both partitions' });
    await log.append(0, ['"x"']);
    expect((await log.open(0, 0, () => {})).take(10)).toEqual([{ offset: 0, value: '"x"' }]);
    await log.close();
  });

  test('is not sent to a broker that nobody vouches for', async () => {
    const topic = await TestTopic.create(server.brokers);
    await expect(topic.open({ brokers: encrypted, ssl: true, sasl: alice })).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      message: expect.stringContaining('certificate'),
    });
  });
});

describe('ACCESS_DENIED names the user, and never the password', () => {
  const denied = async (opening: Promise<unknown>, user: string) => {
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ACCESS_DENIED', message: expect.stringContaining(user) });
    return error as Error;
  };

  test.each([
    alice,
    { mechanism: 'scram-sha-256', username: carol.name },
    { mechanism: 'scram-sha-512', username: carol.name },
  ] as const)('for a wrong password: $mechanism', async (user) => {
    const topic = await TestTopic.create(server.brokers);
    const sasl = { ...user, password: 'wonderland' };
    const error = await denied(topic.open({ brokers: plain, sasl }), `"${user.username}"`);
    expect(error.message).not.toContain('wonderland');
  });

  test('for a user without rights on the topic', async () => {
    const topic = await TestTopic.create(server.brokers);
    await (await topic.open()).close();
    const sasl = { ...alice, username: 'bob', password: 'looking-glass' };
    await denied(topic.open({ brokers: plain, sasl, create: false }), '"bob"');
  });
});
