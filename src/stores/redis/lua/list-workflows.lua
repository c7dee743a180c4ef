#!lua flags=no-writes
-- The newest version of each workflow, by name.
--
-- KEYS  1 names (sorted set)   2 a key that never exists (see checkpoint.lua)
-- ARGV  1 key prefix   2 lower bound, as ZRANGE BYLEX takes it   3 most names
-- Returns a list of {name, version, format, definition, created at}.

local found = {}
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[2], '+', 'BYLEX', 'LIMIT', 0, ARGV[3])) do
  local version = redis.call('ZRANGE', ARGV[1] .. 'versions:' .. name, -1, -1)[1]
  found[#found + 1] = redis.call('HMGET', ARGV[1] .. 'workflow:' .. name .. ':' .. version,
    'name', 'version', 'format', 'definition', 'createdAt')
end
return found
