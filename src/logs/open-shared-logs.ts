import type { EventLog } from './event-log.ts';
import type { KafkaLogOptions } from './kafka/index.ts';
import type { NatsLogOptions } from './nats/index.ts';
import type { RedisStreamsLogOptions } from './redis-streams/index.ts';

// A process loads the client of the log it uses, and of no other: each takes a tenth of a second.

/** See `src/logs/kafka`. */
export async function openKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  return (await import('./kafka/index.ts')).openKafkaLog(options);
}

/** See `src/logs/nats`. */
export async function openNatsLog(options: NatsLogOptions): Promise<EventLog> {
  return (await import('./nats/index.ts')).openNatsLog(options);
}

/** See `src/logs/redis-streams`. */
export async function openRedisStreamsLog(options: RedisStreamsLogOptions): Promise<EventLog> {
  return (await import('./redis-streams/index.ts')).openRedisStreamsLog(options);
}
