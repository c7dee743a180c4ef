import { kafkaSoftware } from './kafka-provision.ts';
import { natsSoftware } from './nats-software.ts';
import { ServerUnavailableError } from './provision.ts';
import { redisSoftware } from './redis-software.ts';
import { GIVEN, type SharedKind, SharedServers } from './shared-provider.ts';

/** Where the process that runs all tests offers its servers to those that run test files. */
export const OFFER_VARIABLE = 'TIDEGATE_TEST_SHARED_SERVERS';

/** The URL of a Redis that test files share: keep to keys with a prefix of your own. */
export function sharedRedis(): Promise<string> {
  return shared('redis');
}

/** The URL of a NATS server with JetStream that test files share: keep to streams and subjects of your own. */
export function sharedNats(): Promise<string> {
  return shared('nats');
}

/** "host:port" of the brokers of a Kafka that test files share: keep to topics and groups of your own. */
export async function sharedKafka(): Promise<readonly string[]> {
  return (await shared('kafka')).split(',');
}

/**
 * Whether tests that need such a server are to run: always, so that they fail where there is none, unless
 * TIDEGATE_TEST_OPTIONAL_SERVERS=1 lets those be left out that cannot run here. For `describe.skipIf`.
 */
export async function isWanted(kind: SharedKind): Promise<boolean> {
  if (process.env['TIDEGATE_TEST_OPTIONAL_SERVERS'] !== '1' || process.env[GIVEN[kind]]) return true;
  const software = { redis: redisSoftware, nats: natsSoftware, kafka: kafkaSoftware }[kind];
  try {
    await software(kind === 'nats' ? 'current' : kind);
    return true;
  } catch (error) {
    if (error instanceof ServerUnavailableError) return false;
    throw error;
  }
}

/** Those of a process that no test run offers any: a script, or a child of a test. They end with it. */
const own = new SharedServers();

async function shared(kind: SharedKind): Promise<string> {
  const offer = process.env[OFFER_VARIABLE];
  if (!offer) return own.address(kind);
  const response = await fetch(`${offer}/${kind}`);
  const text = await response.text();
  if (!response.ok) throw new ServerUnavailableError(text);
  return text;
}
