-- Shared part: the sorted sets that lists and retention read, written in groups.
--
-- `prefix` is the partition's key prefix. A run is a list: its head, then the entries of its history. A head is
-- "STARTED STATUS ENDED VERSION BYTES LABELS BODY": the start as 13 digits, "-" where there is no end, and BYTES bytes
-- of labels ("-" for none), each as "length:name" followed by "length:value".

-- Most arguments of one call: what Lua's stack surely holds.
local CHUNK = 2000
local ENDED = { SUCCEEDED = true, FAILED = true, TIMED_OUT = true, CANCELLED = true }

local additions, removals, unlinked, order = {}, {}, { n = 0 }, 0

-- Of many arguments, those from `first` to `last` go out in calls of at most CHUNK.
local function call_in_chunks(command, key, list, first, last)
  for at = first, last, CHUNK do
    redis.call(command, key, unpack(list, at, math.min(at + CHUNK - 1, last)))
  end
end

local function add(suffix, score, member)
  local list = additions[suffix]
  if not list then
    list = { n = 0 }
    additions[suffix] = list
  end
  local n = list.n
  list[n + 1], list[n + 2], list.n = score, member, n + 2
end

local function remove(suffix, member)
  local list = removals[suffix]
  if not list then
    list = { n = 0 }
    removals[suffix] = list
  end
  local n = list.n + 1
  list[n], list.n = member, n
end

local function unlink(key)
  local n = unlinked.n + 1
  unlinked[n], unlinked.n = key, n
end

-- Writes what was collected: removals, then additions, then whole keys.
local function flush()
  for suffix, list in pairs(removals) do call_in_chunks('ZREM', prefix .. suffix, list, 1, list.n) end
  for suffix, list in pairs(additions) do call_in_chunks('ZADD', prefix .. suffix, list, 1, list.n) end
  for at = 1, unlinked.n, CHUNK do
    redis.call('UNLINK', unpack(unlinked, at, math.min(at + CHUNK - 1, unlinked.n)))
  end
  additions, removals, unlinked = {}, {}, { n = 0 }
end

-- Start, status and end of a head.
local function read_head(head) return string.match(head, '^(%d+) ([%u_]+) (%S+)') end

local function labels_of(head)
  local bytes, from = string.match(head, '^%S+ %S+ %S+ %S+ (%d+) ()')
  if bytes == nil then return '' end
  return string.sub(head, from, from + bytes - 1)
end

local function each_label(labels, member, apply)
  local at = 1
  while at <= #labels do
    local texts = {}
    for part = 1, 2 do
      local bytes, from = string.match(labels, '^(%d+):()', at)
      at = from + bytes
      texts[part] = string.sub(labels, from, at - 1)
    end
    apply('by-label:' .. #texts[1] .. ':' .. texts[1] .. '=' .. texts[2], member)
  end
end

local function add_label(suffix, member) add(suffix, '0', member) end

-- Takes a run that goes altogether out of every index.
local function unindex(key, head)
  local started, status = read_head(head)
  local member = started .. ' ' .. key
  remove('by-status:' .. status, member)
  remove('by-workflow:' .. string.match(key, '^[^/]*') .. ':' .. status, member)
  each_label(labels_of(head), member, remove)
  remove('finished', key)
  remove('pending-runs', key)
end

-- Removes runs with all that hangs on them.
local function remove_runs(keys)
  for _, key in ipairs(keys) do
    local head = redis.call('LINDEX', prefix .. 'run:' .. key, 0)
    if head then unindex(key, head) else remove('finished', key) end
    for _, kind in ipairs({ 'run:', 'cells:', 'pending:' }) do unlink(prefix .. kind .. key) end
  end
end
