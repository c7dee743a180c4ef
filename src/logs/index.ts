export type { Assigner, AssignmentHandler } from './assigner.ts';
export { type Embedded, type EmbeddedOptions, openEmbedded } from './embedded.ts';
export type { EventLog, LogRecord, PartitionReader, Relay } from './event-log.ts';
export type { KafkaLogOptions, KafkaSasl } from './kafka/index.ts';
export { MemoryLog, type MemoryLogOptions } from './memory-log.ts';
export type { NatsLogOptions, NatsTls } from './nats/index.ts';
export { openKafkaLog, openNatsLog } from './open-shared-logs.ts';
export { shareOut } from './rendezvous.ts';
export { SqliteLog, type SqliteLogOptions } from './sqlite-log.ts';
