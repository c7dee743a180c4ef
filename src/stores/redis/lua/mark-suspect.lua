#!lua
-- Remembers the event that is about to be stepped alone. One that comes late, after its checkpoint, changes nothing.
--
-- KEYS  1 partition (hash)   2 a key that never exists (see checkpoint.lua)
-- ARGV  1 token   2 epoch   3 offset of the event   4 how many processes have tried it
-- Returns 1, or {-1, epoch} of another owner.

local held = redis.call('HMGET', KEYS[1], 'token', 'epoch', 'position')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return { -1, held[2] or '0' } end
if tonumber(ARGV[3]) >= tonumber(held[3] or 0) then redis.call('HSET', KEYS[1], 'suspect', ARGV[3] .. ' ' .. ARGV[4]) end
return 1
