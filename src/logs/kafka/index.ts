import type { EventLog } from '../event-log.ts';
import type { KafkaLogOptions } from './options.ts';

export type { KafkaLogOptions, KafkaSasl } from './options.ts';

/**
 * A Kafka topic as the event log (Kafka 2.3 and later). Rejects with LOG_MISSING (there is no such topic, and `create` is
 * false), PARTITIONS_CHANGED, ACCESS_DENIED (with the user's name) or LOG_UNAVAILABLE.
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  // Who has no Kafka need not load its client.
  const { connectKafkaLog } = await import('./kafka-log.ts');
  return connectKafkaLog(options);
}
