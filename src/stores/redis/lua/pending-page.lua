#!lua flags=no-writes
-- Reads pending effects and timers of the partition, run by run in the order of their keys, as many as fit.
--
-- KEYS  1 partition (hash)   2 a key that never exists (see checkpoint.lua)
-- ARGV  1 key prefix of the partition   2 the run to go on after, "-" to begin   3 most runs
--       4 bytes after which no further run is read
-- Returns {whether there may be more (1 or 0), run, {cell, value...}, run, {cell, value...}...}.

local prefix, most, budget = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
local from = ARGV[2] == '-' and '-' or '(' .. ARGV[2]
local runs = redis.call('ZRANGE', prefix .. 'pending-runs', from, '+', 'BYLEX', 'LIMIT', 0, most)
local page, bytes = { #runs == most and 1 or 0 }, 0
for i, run in ipairs(runs) do
  if bytes > budget then
    page[1] = 1
    break
  end
  local cells = redis.call('HGETALL', prefix .. 'pending:' .. run)
  for _, text in ipairs(cells) do bytes = bytes + #text end
  page[2 * i], page[2 * i + 1] = run, cells
end
return page
