export type { Assigner, AssignmentHandler } from './assigner.ts';
export { type Embedded, type EmbeddedOptions, openEmbedded } from './embedded.ts';
export type { EventLog, LogRecord, PartitionReader, Relay } from './event-log.ts';
export { type KafkaLogOptions, type KafkaSasl, openKafkaLog } from './kafka/index.ts';
export { MemoryLog, type MemoryLogOptions } from './memory-log.ts';
export { type NatsLogOptions, type NatsTls, openNatsLog } from './nats/index.ts';
export { shareOut } from './rendezvous.ts';
export { SqliteLog, type SqliteLogOptions } from './sqlite-log.ts';
