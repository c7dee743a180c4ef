import { type EventLog, type NatsLogOptions, openNatsLog } from '../../../src/logs/index.ts';
import { systemClock } from '../../../src/workers/clock.ts';

/** A log of two partitions, made where there is none. */
export function openTestLog(url: string, options: Partial<NatsLogOptions> = {}): Promise<EventLog> {
  return openNatsLog({ servers: [url], partitions: 2, create: true, clock: systemClock, ...options });
}
