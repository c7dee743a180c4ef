#!lua
-- Writes a record and takes some away whose time is over. A record is stored as "EXPIRES VALUE", "-" for never.
--
-- KEYS  1 collection (hash)   2 expiries of all collections (sorted set)
--       3 a key that never exists (see checkpoint.lua)
-- ARGV  1 key prefix   2 collection   3 id   4 value   5 expires at (milliseconds, or "-")
--       6 now (milliseconds)   7 "add" to leave a live record as it is, else "put"
-- Returns the value that stands.

local now, member = tonumber(ARGV[6]), #ARGV[2] .. ':' .. ARGV[2] .. ARGV[3]
if ARGV[7] == 'add' then
  local standing = redis.call('HGET', KEYS[1], ARGV[3])
  if standing then
    local expires, value = string.match(standing, '^(%S+) (.*)$')
    if expires == '-' or tonumber(expires) > now then return value end
  end
end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[5] .. ' ' .. ARGV[4])
if ARGV[5] == '-' then
  redis.call('ZREM', KEYS[2], member)
else
  redis.call('ZADD', KEYS[2], ARGV[5], member)
end
for _, old in ipairs(redis.call('ZRANGE', KEYS[2], '-inf', ARGV[6], 'BYSCORE', 'LIMIT', 0, 32)) do
  local bytes, from = string.match(old, '^(%d+):()')
  local collection = string.sub(old, from, from + bytes - 1)
  redis.call('HDEL', ARGV[1] .. 'records:' .. collection, string.sub(old, from + bytes))
  redis.call('ZREM', KEYS[2], old)
end
return ARGV[4]
