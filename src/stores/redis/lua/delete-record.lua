#!lua
-- KEYS  1 collection (hash)   2 expiries of all collections (sorted set)
-- ARGV  1 collection   2 id   3 now (milliseconds)
-- Returns 1 where there was a live record, else 0.

local standing = redis.call('HGET', KEYS[1], ARGV[2])
if not standing then return 0 end
redis.call('HDEL', KEYS[1], ARGV[2])
redis.call('ZREM', KEYS[2], #ARGV[1] .. ':' .. ARGV[1] .. ARGV[2])
local expires = string.match(standing, '^(%S+)')
return (expires == '-' or tonumber(expires) > tonumber(ARGV[3])) and 1 or 0
