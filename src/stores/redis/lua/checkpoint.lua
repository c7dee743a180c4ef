#!lua
-- Writes everything of a batch or nothing, if the caller still owns the partition.
--
-- KEYS  1 partition (hash)   2 a key that never exists, so that Redis Cluster refuses the script while it moves the slot
-- ARGV  1 key prefix of the partition  2 token  3 epoch  4 number of the checkpoint  5 position
--       6 dedupe block, may be empty  7 blocks that leave from the oldest end
--       8 most finished runs   9 those that ended before this time go too (milliseconds, or "-")
--      10 most dead letters   11 those that came before this time go too (13 digits, or "-")
--      12... operations, each a letter and its arguments; those between one R and the next are about its run:
--         R key          the run
--         H n head entry ...  its head is written (see run-index.lua), n entries are appended to its history
--         E              it has ended: all its cells go
--         C n f v ...    n arguments: cells that are set
--         c n f ...      n cells that are removed
--         P n f v ...    n arguments: pending effects and timers that are set
--         p n f ...      n of them that are removed
--         L n entry ...  n entries are appended to its history; its head stays
--         D              it goes altogether
--         X id member letter      a dead letter; member: "AT BYTES:ID..." with AT as 13 digits
-- Returns 1 written, 0 it was written before, {-1, epoch, number} of the stored checkpoint where it is refused.

local prefix = ARGV[1]
-- include run-index.lua

local held = redis.call('HMGET', KEYS[1], 'token', 'epoch', 'checkpoint')
local stored = tonumber(held[3] or 0)
local number = tonumber(ARGV[4])
if held[1] ~= ARGV[2] or held[2] ~= ARGV[3] then return { -1, tonumber(held[2] or 0), stored } end
if number == stored then return 0 end
if number ~= stored + 1 then return { -1, tonumber(held[2]), stored } end

-- Nothing is refused from here on.
redis.call('HSET', KEYS[1], 'checkpoint', ARGV[4], 'position', ARGV[5], 'takeovers', 0, 'suspect', '')
if ARGV[7] ~= '0' then redis.call('LTRIM', prefix .. 'dedupe', ARGV[7], -1) end
if ARGV[6] ~= '' then redis.call('RPUSH', prefix .. 'dedupe', ARGV[6]) end

local arguments = ARGV
local key, known, seen = nil, false, {}
local finished_came, letters_came = 0, 0

-- The head stands at `first`, its entries after it up to `final`.
local function write_head(first, final)
  local run, head = prefix .. 'run:' .. key, ARGV[first]
  local before = redis.call('LINDEX', run, 0)
  local started, status, ended = read_head(head)
  local was_started, was
  if before then
    was_started, was = read_head(before)
    redis.call('LSET', run, 0, head)
    call_in_chunks('RPUSH', run, arguments, first + 1, final)
    known = true
  else
    call_in_chunks('RPUSH', run, arguments, first, final)
    known = 'new'
  end
  if status ~= was or started ~= was_started then
    local workflow = string.match(key, '^[^/]*')
    local member = started .. ' ' .. key
    if before then
      local old = was_started .. ' ' .. key
      remove('by-status:' .. was, old)
      remove('by-workflow:' .. workflow .. ':' .. was, old)
    end
    add('by-status:' .. status, '0', member)
    add('by-workflow:' .. workflow .. ':' .. status, '0', member)
  end
  local labels, old_labels = labels_of(head), before and labels_of(before) or ''
  if labels ~= old_labels or (labels ~= '' and started ~= was_started) then
    if before then each_label(old_labels, was_started .. ' ' .. key, remove) end
    each_label(labels, started .. ' ' .. key, add_label)
  end
  if ENDED[status] then
    if not ENDED[was] then
      add('finished', ended == '-' and started or ended, key)
      finished_came = finished_came + 1
    end
  elseif ENDED[was] then
    remove('finished', key)
  end
end

local at, last = 12, #ARGV
while at <= last do
  local operation = ARGV[at]
  if operation == 'R' then
    key = ARGV[at + 1]
    if seen[key] then flush() end
    seen[key] = true
    known = ARGV[at + 2] == 'H' or ARGV[at + 2] == 'D' or redis.call('EXISTS', prefix .. 'run:' .. key) == 1
    at = at + 2
  elseif operation == 'H' then
    local final = at + 2 + ARGV[at + 1]
    write_head(at + 2, final)
    at = final + 1
  elseif operation == 'E' then
    if known == true then
      unlink(prefix .. 'cells:' .. key)
      unlink(prefix .. 'pending:' .. key)
      remove('pending-runs', key)
    end
    at = at + 1
  elseif operation == 'X' then
    if redis.call('HSETNX', prefix .. 'dead-letters', ARGV[at + 1], ARGV[at + 3]) == 1 then
      add('dead-letter-times', '0', ARGV[at + 2])
      letters_came = letters_came + 1
    end
    at = at + 4
  elseif operation == 'D' then
    remove_runs({ key })
    at = at + 1
  else
    local first = at + 2
    local final = at + 1 + ARGV[at + 1]
    if known then
      if operation == 'C' then
        call_in_chunks('HSET', prefix .. 'cells:' .. key, arguments, first, final)
      elseif operation == 'L' then
        call_in_chunks('RPUSH', prefix .. 'run:' .. key, arguments, first, final)
      elseif operation == 'c' then
        call_in_chunks('HDEL', prefix .. 'cells:' .. key, arguments, first, final)
      elseif operation == 'P' then
        call_in_chunks('HSET', prefix .. 'pending:' .. key, arguments, first, final)
        add('pending-runs', '0', key)
      elseif operation == 'p' then
        call_in_chunks('HDEL', prefix .. 'pending:' .. key, arguments, first, final)
        if redis.call('EXISTS', prefix .. 'pending:' .. key) == 0 then remove('pending-runs', key) end
      end
    end
    at = final + 1
  end
end
flush()

-- Retention: a bounded number at a time, the oldest first, found by their indexes.
local SPARE = 32
local function oldest(suffix, most, came, before, by)
  local key = prefix .. suffix
  local excess = redis.call('ZCARD', key) - tonumber(most)
  if excess > 0 then return redis.call('ZRANGE', key, 0, math.min(excess, came + SPARE) - 1) end
  if before == '-' then return {} end
  return redis.call('ZRANGE', key, by == 'BYSCORE' and '-inf' or '-', '(' .. before, by, 'LIMIT', 0, came + SPARE)
end
remove_runs(oldest('finished', ARGV[8], finished_came, ARGV[9], 'BYSCORE'))
for _, member in ipairs(oldest('dead-letter-times', ARGV[10], letters_came, ARGV[11], 'BYLEX')) do
  local bytes, from = string.match(member, '^%d+ (%d+):()')
  redis.call('HDEL', prefix .. 'dead-letters', string.sub(member, from, from + bytes - 1))
  remove('dead-letter-times', member)
end
flush()
return 1
