import { randomUUID } from 'node:crypto';
import { TidegateClient } from '../../src/client/index.ts';
import { Running } from '../cli/tidegate-process.ts';
import { sharedKafka, sharedNats } from '../servers/index.ts';

export type LogKind = 'kafka' | 'nats' | 'redis';

/** Settings of an installation that no other test has, over the servers of the test run and this Redis. */
export async function installationOver(
  log: LogKind,
  redisUrl: string,
): Promise<Readonly<Record<string, string>>> {
  const id = randomUUID().slice(0, 8);
  const common = {
    TIDEGATE_LOG: log,
    TIDEGATE_STORE: 'redis',
    TIDEGATE_REDIS_URL: redisUrl,
    TIDEGATE_REDIS_PREFIX: `t${id}`,
    TIDEGATE_PARTITIONS: '4',
    TIDEGATE_ALLOW_ADDRESSES: '127.0.0.1',
    TIDEGATE_PORT: '0',
  };
  if (log === 'kafka')
    return {
      ...common,
      TIDEGATE_LEASE_MS: '6000',
      TIDEGATE_KAFKA_BROKERS: (await sharedKafka()).join(),
      TIDEGATE_KAFKA_TOPIC: `t${id}`,
      TIDEGATE_KAFKA_GROUP: `g${id}`,
    };
  const leases = { ...common, TIDEGATE_LEASE_MS: '1500' };
  if (log === 'redis') return leases;
  return {
    ...leases,
    TIDEGATE_NATS_SERVERS: await sharedNats(),
    TIDEGATE_NATS_STREAM: `T${id}`,
    TIDEGATE_NATS_SUBJECT: `t${id}.events`,
  };
}

export interface RoleProcess {
  readonly process: Running;
  readonly address: string;
}

/** A real process of the command line, once it listens. */
export async function startRole(
  role: 'worker' | 'frontend',
  environment: Readonly<Record<string, string>>,
): Promise<RoleProcess> {
  return listening(new Running([role, '--json'], { environment }));
}

export async function listening(process: Running): Promise<RoleProcess> {
  const line = await process.line((text) => text.startsWith('{'));
  return { process, address: (JSON.parse(line) as { address: string }).address };
}

export function clientOf({ address }: RoleProcess): TidegateClient {
  return new TidegateClient(address);
}

/** What `/readyz` says: `ready`, or the reasons why not. */
export async function readinessOf({ address }: { readonly address: string }): Promise<string> {
  const answer = await fetch(`${address}/readyz`);
  const body = (await answer.json()) as { status: unknown; detail?: string };
  return answer.ok ? 'ready' : String(body.detail);
}
