#!lua flags=no-writes
-- Reads runs with their cells, as many as fit.
--
-- KEYS  1 partition (hash)   2 a key that never exists (see checkpoint.lua)
-- ARGV  1 key prefix of the partition   2 bytes after which no further run is read   3... keys of runs
-- Returns one entry per run read, in the order asked: false, or {head, {cell, value...}, {pending cell, value...}}.

local prefix, budget = ARGV[1], tonumber(ARGV[2])
local found, bytes = {}, 0
for i = 3, #ARGV do
  local head = redis.call('LINDEX', prefix .. 'run:' .. ARGV[i], 0)
  if head then
    local cells = redis.call('HGETALL', prefix .. 'cells:' .. ARGV[i])
    local pending = redis.call('HGETALL', prefix .. 'pending:' .. ARGV[i])
    bytes = bytes + #head
    for _, text in ipairs(cells) do bytes = bytes + #text end
    for _, text in ipairs(pending) do bytes = bytes + #text end
    found[i - 2] = { head, cells, pending }
  else
    found[i - 2] = false
  end
  if bytes > budget then break end
end
return found
