-- The places around a player, with their scores.
local rank = redis.call('ZREVRANK', KEYS[1], ARGV[1])
if rank == false then
  return {}
end
local first = math.max(0, rank - tonumber(ARGV[2]))
local flat = redis.call('ZREVRANGE', KEYS[1], first, rank + tonumber(ARGV[2]), 'WITHSCORES')
local out = {}
for i = 1, #flat, 2 do
  out[#out + 1] = {first + (i - 1) / 2 + 1, flat[i], flat[i + 1]}
end
return out
