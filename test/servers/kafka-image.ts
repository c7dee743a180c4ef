import type { KafkaSoftware } from './kafka-software.ts';

export async function kafkaImage(): Promise<KafkaSoftware> {
  throw new Error('no engine');
}
