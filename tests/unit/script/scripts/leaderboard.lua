-- Add points, keep the best N, and return the neighbours of the player.
local board = KEYS[1]
local player, points = ARGV[1], tonumber(ARGV[2])
local keep, radius = tonumber(ARGV[3]), tonumber(ARGV[4])

local score = redis.call('ZINCRBY', board, points, player)
local size = redis.call('ZCARD', board)
if size > keep then
  redis.call('ZREMRANGEBYRANK', board, 0, size - keep - 1)
end

local rank = redis.call('ZREVRANK', board, player)
if not rank then
  return {score, false, {}}
end

local first = rank - radius
if first < 0 then first = 0 end
local rows = redis.call('ZREVRANGE', board, first, rank + radius, 'WITHSCORES')

local out = {}
for i = 1, #rows, 2 do
  out[#out + 1] = {
    first + (i + 1) / 2,
    rows[i],
    rows[i + 1],
  }
end

table.sort(out, function(a, b)
  if a[3] == b[3] then return a[2] < b[2] end
  return tonumber(a[3]) > tonumber(b[3])
end)
return {score, rank + 1, out}
