#!lua
-- Ends a worker's membership and all its leases.
--
-- KEYS  1 members (sorted set)   2 leases (hash; see lease.lua)
-- ARGV  1 worker
-- Returns 1.

redis.call('ZREM', KEYS[1], ARGV[1])
local leases = redis.call('HGETALL', KEYS[2])
for i = 1, #leases, 2 do
  if string.match(leases[i + 1], '^%d+ %d+ (.*)$') == ARGV[1] then redis.call('HDEL', KEYS[2], leases[i]) end
end
return 1
