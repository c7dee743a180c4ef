#!lua
-- Renews a worker's membership, gives leases back, renews leases and grants those that are free or have run out.
--
-- KEYS  1 members (sorted set: worker by end of membership)   2 leases (hash: partition to "EPOCH END WORKER")
--       3 last epochs (hash by partition)
-- ARGV  1 worker   2 milliseconds a lease and the membership last
--       3 number of partitions to give back, 4... those; then number to hold, those; then number to claim, those
-- Returns {members, held: partition, epoch..., taken: partition...}. Times are the store's own, in milliseconds.

local worker = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = string.format('%.0f', now + ARGV[2])

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('ZADD', KEYS[1], ends, worker)

local function lease_of(partition)
  local lease = redis.call('HGET', KEYS[2], partition)
  if not lease then return nil end
  return string.match(lease, '^(%d+) (%d+) (.*)$')
end
local held, taken = {}, {}
local function renew(partition, epoch)
  redis.call('HSET', KEYS[2], partition, epoch .. ' ' .. ends .. ' ' .. worker)
  held[#held + 1], held[#held + 2] = partition, epoch
end

local at = 3
local function each(apply)
  local last = at + ARGV[at]
  for i = at + 1, last do apply(ARGV[i]) end
  at = last + 1
end
each(function(partition)
  local _, _, holder = lease_of(partition)
  if holder == worker then redis.call('HDEL', KEYS[2], partition) end
end)
each(function(partition)
  local epoch, _, holder = lease_of(partition)
  -- One that has run out is still this worker's as long as nobody else was granted it.
  if holder == worker then renew(partition, epoch) end
end)
each(function(partition)
  local epoch, until_when, holder = lease_of(partition)
  if holder == worker then
    renew(partition, epoch)
  elseif holder and tonumber(until_when) > now then
    taken[#taken + 1] = partition
  else
    -- Above all before it, even above those that a store which lost its last moments has forgotten.
    local last = tonumber(redis.call('HGET', KEYS[3], partition) or 0)
    local granted = string.format('%.0f', math.max(last + 1, now))
    redis.call('HSET', KEYS[3], partition, granted)
    renew(partition, granted)
  end
end)
return { redis.call('ZRANGE', KEYS[1], 0, -1), held, taken }
