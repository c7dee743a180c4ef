import { LIMITS } from '../../src/model/limits.ts';
import { openRedisStore, type StateStore } from '../../src/stores/index.ts';
import type { StateStoreUnderTest, StoreSettings } from '../conformance/state-store.ts';

let made = 0;
/** No two stores of a test run have keys in common. */
export function freshPrefix(): string {
  made += 1;
  return `test-${process.pid}-${made}`;
}

/** Makes empty stores on the server at `url`; what they wrote stays until it stops. */
export function redisStoreFactory(
  url: () => Promise<string>,
): (settings: StoreSettings) => Promise<StateStoreUnderTest> {
  return async ({ partitions, finishedRuns, deadLetters, now }) => ({
    store: await openRedisStore({
      url: await url(),
      prefix: freshPrefix(),
      partitions,
      now,
      limits: { ...LIMITS, finishedRuns, deadLetters },
    }),
  });
}

/** A store of two partitions as a worker has it. */
export function openStore(
  url: string,
  over: { prefix?: string; partitions?: number; timeoutMs?: number } = {},
): Promise<StateStore> {
  const prefix = over.prefix ?? freshPrefix();
  return openRedisStore({
    url,
    partitions: 2,
    limits: LIMITS,
    now: () => 1_800_000_000_000,
    ...over,
    prefix,
  });
}

/** Two processes' views of one new store. */
export async function twoStores(url: string): Promise<{ stores: readonly [StateStore, StateStore] }> {
  const prefix = freshPrefix();
  const first = await openStore(url, { prefix });
  return { stores: [first, await openStore(url, { prefix })] };
}
