export { MemoryStore } from './memory-store.ts';
export { openRedisStore } from './open-redis-store.ts';
export type { RedisStoreOptions } from './redis/index.ts';
export type {
  Checkpoint,
  DeadLetter,
  HistoryRow,
  LeaseAnswer,
  LeaseRequest,
  Notices,
  Owner,
  Page,
  PartitionState,
  RunChange,
  RunFilter,
  RunHead,
  SharedStore,
  StateStore,
  StoredRun,
  StoredWorkflow,
  Suspect,
} from './state-store.ts';
export type { StoreOptions } from './store-options.ts';
