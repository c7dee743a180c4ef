#!lua
-- Stores the next version of a workflow, if nothing changed since the caller looked. A call that comes late, after
-- somebody else's, therefore changes nothing.
--
-- KEYS  1 names (sorted set)   2 a key that never exists (see checkpoint.lua)
-- ARGV  1 key prefix   2 name   3 newest version as the caller saw it, 0 for none   4 format   5 definition (JSON)
--       6 created at (RFC 3339)   7... triggers: id, JSON
-- Returns the new version, or 0 where something else stands.

local prefix, name = ARGV[1], ARGV[2]
local newest = redis.call('ZRANGE', prefix .. 'versions:' .. name, -1, -1)[1] or '0'
if newest ~= ARGV[3] then return 0 end
local version = redis.call('HINCRBY', prefix .. 'last-versions', name, 1)
redis.call('ZADD', KEYS[1], 0, name)
redis.call('ZADD', prefix .. 'versions:' .. name, version, version)
redis.call('HSET', prefix .. 'workflow:' .. name .. ':' .. version,
  'name', name, 'version', version, 'format', ARGV[4], 'createdAt', ARGV[6], 'definition', ARGV[5])
for at = 7, #ARGV, 2000 do
  redis.call('HSET', prefix .. 'triggers:' .. name .. ':' .. version, unpack(ARGV, at, math.min(at + 1999, #ARGV)))
end
return version
