import { stateStoreConformance } from '../conformance/state-store.ts';
import { sharedRedis } from '../servers/index.ts';
import { redisStoreFactory } from './redis-stores.ts';

stateStoreConformance('redis', redisStoreFactory(sharedRedis));
