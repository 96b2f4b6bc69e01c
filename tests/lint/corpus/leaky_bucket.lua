-- A bucket that runs out at a steady rate.
local rate, size = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local state = redis.call('HMGET', KEYS[1], 'level', 'at')
local level, at = tonumber(state[1]), tonumber(state[2])
if level == nil or at == nil then
  level, at = 0, now
end
level = math.max(0, level - (now - at) * rate)
local allowed = level + 1 <= size
if allowed then
  level = level + 1
end
redis.call('HSET', KEYS[1], 'level', tostring(level), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], math.ceil(size / rate) + 1)
return allowed and 1 or 0
