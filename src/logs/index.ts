export { type Embedded, type EmbeddedOptions, openEmbedded } from './embedded.ts';
export type { EventLog, LogRecord, PartitionReader } from './event-log.ts';
export { MemoryLog, type MemoryLogOptions } from './memory-log.ts';
export { SqliteLog, type SqliteLogOptions } from './sqlite-log.ts';
