import { Kafka, type LogEntry, logLevel } from 'kafkajs';
import type { LogLogger } from '../log-clock.ts';
import type { KafkaLogOptions } from './options.ts';

/** Milliseconds for which a line is not said again, and how many lines are remembered for it. */
const REPEAT_MS = 10_000;
const MESSAGES = 100;

/** The kafkajs client of a log: its connections, credentials and log lines. */
export function kafkaClient(options: KafkaLogOptions): Kafka {
  const { brokers, clientId, sasl, ssl, logger, clock } = options;
  const saidAt = new Map<string, number>();
  return new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    requestTimeout: 10_000,
    // Whoever calls tries again, for as long as it makes sense to him.
    retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 500 },
    ...(ssl !== undefined && { ssl }),
    ...(sasl !== undefined && {
      sasl: { ...sasl } as NonNullable<ConstructorParameters<typeof Kafka>[0]['sasl']>,
    }),
    logLevel: logger === undefined ? logLevel.NOTHING : logLevel.WARN,
    logCreator: () => (entry) => {
      // During an outage each try fails in the same words.
      const now = clock.now();
      if (logger === undefined || now - (saidAt.get(entry.log.message) ?? 0) < REPEAT_MS) return;
      if (saidAt.size > MESSAGES) saidAt.clear();
      saidAt.set(entry.log.message, now);
      passOn(entry, logger);
    },
  });
}

/** kafkajs calls an error what it gets over by itself; what it does not comes back to us as a rejection. */
function passOn({ namespace, log }: LogEntry, logger: LogLogger): void {
  const { message, timestamp: _timestamp, stack: _stack, logger: _logger, ...details } = log;
  logger.warn({ kafka: namespace, ...details }, message);
}
