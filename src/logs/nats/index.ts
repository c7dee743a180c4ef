export { openNatsLog } from './nats-log.ts';
export type { NatsLogOptions, NatsTls } from './options.ts';
