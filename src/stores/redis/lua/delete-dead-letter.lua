#!lua
-- KEYS  1 dead letters (hash)   2 their times (sorted set)
-- ARGV  1 id   2 member of the sorted set
-- Returns 1, or 0 where there was none.

redis.call('ZREM', KEYS[2], ARGV[2])
return redis.call('HDEL', KEYS[1], ARGV[1])
