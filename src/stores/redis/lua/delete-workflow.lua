#!lua
-- Removes all versions of a workflow, if the newest is still the one the caller saw. Its numbers are not used again.
--
-- KEYS  1 names (sorted set)   2 a key that never exists (see checkpoint.lua)
-- ARGV  1 key prefix   2 name   3 newest version as the caller saw it
-- Returns 1, or 0 where another stands.

local prefix, name = ARGV[1], ARGV[2]
local versions = redis.call('ZRANGE', prefix .. 'versions:' .. name, 0, -1)
if (versions[#versions] or '0') ~= ARGV[3] then return 0 end
for _, version in ipairs(versions) do
  redis.call('UNLINK', prefix .. 'workflow:' .. name .. ':' .. version, prefix .. 'triggers:' .. name .. ':' .. version)
end
redis.call('UNLINK', prefix .. 'versions:' .. name)
redis.call('ZREM', KEYS[1], name)
return 1
