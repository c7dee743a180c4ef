export type { RedisStreamsLogOptions } from './options.ts';
export { openRedisStreamsLog } from './redis-streams-log.ts';
