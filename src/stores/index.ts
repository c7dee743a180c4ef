export { MemoryStore } from './memory-store.ts';
export type {
  Checkpoint,
  DeadLetter,
  HistoryRow,
  Owner,
  Page,
  PartitionState,
  RunChange,
  RunFilter,
  RunHead,
  StateStore,
  StoredRun,
  StoredWorkflow,
} from './state-store.ts';
export type { StoreOptions } from './store-options.ts';
