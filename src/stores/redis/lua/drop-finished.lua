#!lua
-- Removes finished runs of a workflow, some at a time.
--
-- KEYS  1 partition (hash)   2 a key that never exists (see checkpoint.lua)
-- ARGV  1 key prefix of the partition   2 workflow   3 most runs of each status
-- Returns how many were found; 0 when none is left.

local prefix = ARGV[1]
-- include run-index.lua

local keys = {}
for status in pairs(ENDED) do
  local index = prefix .. 'by-workflow:' .. ARGV[2] .. ':' .. status
  for _, member in ipairs(redis.call('ZRANGE', index, 0, ARGV[3] - 1)) do
    keys[#keys + 1] = string.match(member, '^%d+ (.*)$')
  end
end
remove_runs(keys)
flush()
return #keys
