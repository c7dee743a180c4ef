#!lua
-- Gives the partition to an owner; from then on checkpoints of any other are refused.
--
-- KEYS  1 partition (hash)   2 a key that never exists (see checkpoint.lua)
-- ARGV  1 token   2 epoch   3 what the takeover counts: 1, or 0 for one that takes again what it lost by an outage
-- Returns {1, position, checkpoint, takeovers, suspect ("OFFSET TRIES") or ""}, or {-1, epoch} of the owner that stands.

local held = redis.call('HMGET', KEYS[1], 'token', 'epoch', 'position', 'checkpoint', 'suspect')
local stored, epoch = tonumber(held[2] or 0), tonumber(ARGV[2])
if held[1] and (epoch < stored or (epoch == stored and held[1] ~= ARGV[1])) then return { -1, held[2] } end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'epoch', ARGV[2])
local takeovers = redis.call('HINCRBY', KEYS[1], 'takeovers', ARGV[3])
return { 1, held[3] or '0', held[4] or '0', takeovers, held[5] or '' }
