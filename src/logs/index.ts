export type { EventLog, LogRecord, PartitionReader } from './event-log.ts';
export { MemoryLog, type MemoryLogOptions } from './memory-log.ts';
