import type { RedisStoreOptions } from './redis/index.ts';
import type { StateStore } from './state-store.ts';
import type { StoreOptions } from './store-options.ts';

/** `openRedisStore` of `redis/`; its client, which takes a tenth of a second to load, comes with the first call. */
export async function openRedisStore(options: StoreOptions & RedisStoreOptions): Promise<StateStore> {
  const redis = await import('./redis/index.ts');
  return redis.openRedisStore(options);
}
