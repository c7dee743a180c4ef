#!lua
-- Writes what is fixed at install, where there is nothing yet.
--
-- KEYS  1 installation (hash)
-- ARGV  1 schema version   2 number of partitions   3 now (milliseconds)
-- Returns {schema version, number of partitions} as they stand.

if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'schema', ARGV[1], 'partitions', ARGV[2], 'installed', ARGV[3])
end
return redis.call('HMGET', KEYS[1], 'schema', 'partitions')
