import { afterAll, beforeAll, describe } from 'vitest';
import { sharedStoreConformance } from '../conformance/shared-store.ts';
import { stateStoreConformance } from '../conformance/state-store.ts';
import { startRedis } from '../servers/index.ts';
import type { RedisServer } from '../servers/running-server.ts';
import { redisStoreFactory, twoStores } from './redis-stores.ts';

describe.each(['valkey', 'redis8'] as const)('on %s', (kind) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ kind });
  });
  afterAll(() => server.stop());

  stateStoreConformance(
    kind,
    redisStoreFactory(async () => server.url),
  );
  sharedStoreConformance(kind, () => twoStores(server.url));
});
