import { afterAll, beforeAll } from 'vitest';
import { sharedStoreConformance } from '../conformance/shared-store.ts';
import { stateStoreConformance } from '../conformance/state-store.ts';
import { type RedisCluster, startRedisCluster } from '../servers/index.ts';
import { redisStoreFactory, twoStores } from './redis-stores.ts';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.stop());

stateStoreConformance(
  'redis cluster',
  redisStoreFactory(async () => cluster.url),
);
sharedStoreConformance('redis cluster', () => twoStores(cluster.url));
