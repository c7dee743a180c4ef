#!lua flags=no-writes
-- Reads one stretch of several indexes of the partition, the newest members first.
--
-- KEYS  1 partition (hash)   2 a key that never exists (see checkpoint.lua)
-- ARGV  1 key prefix of the partition   2, 3 bounds: from the newest to the oldest, as ZRANGE BYLEX takes them
--       4 most members of each   5... the indexes
-- Returns a list of members per index.

local found = {}
for i = 5, #ARGV do
  found[i - 4] =
    redis.call('ZRANGE', ARGV[1] .. ARGV[i], ARGV[2], ARGV[3], 'BYLEX', 'REV', 'LIMIT', 0, ARGV[4])
end
return found
