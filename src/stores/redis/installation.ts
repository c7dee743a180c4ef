import { TidegateError } from '../../model/errors.ts';
import type { RedisConnection } from './redis-connection.ts';
import { loadScript } from './scripts.ts';
import { serverVersion } from './server-check.ts';
import type { StoreKeys } from './store-keys.ts';

const INSTALL = loadScript('install');

/** Of the layout that docs/redis.md describes. */
const SCHEMA_VERSION = 1;
const OLDEST_SERVER = 7;

/**
 * Installs the store where there is none, else holds it to what was fixed then. Rejects with STORE_VERSION,
 * PARTITIONS_CHANGED, or INVALID_CONFIGURATION for a server that is too old.
 */
export async function install(
  redis: RedisConnection,
  keys: StoreKeys,
  partitions: number,
  now: number,
): Promise<void> {
  const version = await serverVersion(redis);
  if (version !== undefined && Number.parseInt(version, 10) < OLDEST_SERVER) {
    throw new TidegateError('INVALID_CONFIGURATION', `Redis ${version} is too old; 7.0 or newer is needed`);
  }
  const answer = await redis.run(INSTALL, [keys.installation], [SCHEMA_VERSION, partitions, now]);
  const [schema, installed] = (answer as string[]).map(Number);
  if (schema !== SCHEMA_VERSION) {
    throw new TidegateError(
      'STORE_VERSION',
      `${keys.installation} has schema ${schema}; this version reads ${SCHEMA_VERSION}`,
    );
  }
  if (installed !== partitions) {
    throw new TidegateError(
      'PARTITIONS_CHANGED',
      `${keys.installation} was installed with ${installed} partitions, not ${partitions}`,
    );
  }
}
