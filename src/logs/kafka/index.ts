export { openKafkaLog } from './kafka-log.ts';
export type { KafkaLogOptions, KafkaSasl } from './options.ts';
