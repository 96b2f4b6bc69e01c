-- The median of what is in a sorted set.
local count = redis.call('ZCARD', KEYS[1])
if count == 0 then
  return false
end
local middle = math.floor((count - 1) / 2)
local low = redis.call('ZRANGE', KEYS[1], middle, middle, 'WITHSCORES')
if count % 2 == 1 then
  return low[2]
end
local high = redis.call('ZRANGE', KEYS[1], middle + 1, middle + 1, 'WITHSCORES')
return tostring((tonumber(low[2]) + tonumber(high[2])) / 2)
