import { createHash } from 'node:crypto';
import type { Script } from '../../stores/redis/scripts.ts';

/**
 * Appends all values or none, and says so to the readers of all processes.
 *
 * KEYS: 1 the partition's stream. ARGV: 1 channel, 2 message, 3... values.
 * Returns the id of the last entry; nil where the stream is not there.
 */
const text = `
if redis.call('EXISTS', KEYS[1]) == 0 then return nil end
local id
for i = 3, #ARGV do id = redis.call('XADD', KEYS[1], '0-*', 'e', ARGV[i]) end
redis.pcall('PUBLISH', ARGV[1], ARGV[2])
return id
`;

export const APPEND: Script = { text, sha: createHash('sha1').update(text).digest('hex') };
