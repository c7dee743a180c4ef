import { Kafka, type LogEntry, logLevel } from 'kafkajs';
import type { LogLogger } from '../log-clock.ts';
import type { KafkaLogOptions } from './options.ts';

/** The kafkajs client of a log: its connections, credentials and log lines. */
export function kafkaClient(options: KafkaLogOptions): Kafka {
  const { brokers, clientId, sasl, ssl, logger } = options;
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
      if (logger !== undefined) passOn(entry, logger);
    },
  });
}

/** kafkajs calls an error what it gets over by itself; what it does not comes back to us as a rejection. */
function passOn({ namespace, log }: LogEntry, logger: LogLogger): void {
  const { message, timestamp: _timestamp, stack: _stack, logger: _logger, ...details } = log;
  logger.warn({ kafka: namespace, ...details }, message);
}
