#!lua flags=no-writes
-- Reads heads of runs.
--
-- KEYS  1 partition (hash)   2 a key that never exists (see checkpoint.lua)
-- ARGV  1 key prefix of the partition   2... keys of runs
-- Returns a head or false per run, in the order asked.

local heads = {}
for i = 2, #ARGV do heads[i - 1] = redis.call('LINDEX', ARGV[1] .. 'run:' .. ARGV[i], 0) end
return heads
