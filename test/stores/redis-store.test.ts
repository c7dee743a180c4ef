import { sharedStoreConformance } from '../conformance/shared-store.ts';
import { stateStoreConformance } from '../conformance/state-store.ts';
import { sharedRedis } from '../servers/index.ts';
import { redisStoreFactory, twoStores } from './redis-stores.ts';

stateStoreConformance('redis', redisStoreFactory(sharedRedis));
sharedStoreConformance('redis', async () => twoStores(await sharedRedis()));
