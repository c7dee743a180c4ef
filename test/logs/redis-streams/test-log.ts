import { type EventLog, openRedisStreamsLog, type RedisStreamsLogOptions } from '../../../src/logs/index.ts';
import { systemClock } from '../../../src/workers/clock.ts';

/** A log of two partitions, made where there is none. */
export function openTestLog(url: string, options: Partial<RedisStreamsLogOptions> = {}): Promise<EventLog> {
  return openRedisStreamsLog({ url, partitions: 2, create: true, clock: systemClock, ...options });
}
