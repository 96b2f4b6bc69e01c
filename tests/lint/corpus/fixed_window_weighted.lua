-- Calls that cost more than one.
local limit, cost = tonumber(ARGV[1]), tonumber(ARGV[2])
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
if used + cost > limit then
  return {0, limit - used}
end
local now = redis.call('INCRBY', KEYS[1], cost)
if now == cost then
  redis.call('EXPIRE', KEYS[1], ARGV[3])
end
return {1, limit - now}
