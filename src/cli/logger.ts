import type { FastifyBaseLogger } from 'fastify';
import { destination, type LevelWithSilent, pino } from 'pino';

/** JSON lines on standard error; standard output belongs to results. */
export function createLogger(level: LevelWithSilent): FastifyBaseLogger {
  return pino({ name: 'tidegate', level }, destination({ fd: 2, sync: true })) as FastifyBaseLogger;
}
