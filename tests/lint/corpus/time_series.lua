-- Keeps points of a series by minute: sum, count, least, most; and rolls minutes up into hours.
local function bucket(name, seconds, ts)
  return string.format('%s:%d:%d', name, seconds, ts - ts % seconds)
end

local series, value, ts = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
if not value or not ts then
  return redis.error_reply('ERR value and time must be numbers')
end

for _, seconds in ipairs({ 60, 3600, 86400 }) do
  local key = bucket(series, seconds, ts)
  redis.call('HINCRBYFLOAT', key, 'sum', ARGV[1])
  redis.call('HINCRBY', key, 'count', 1)
  local extremes = redis.call('HMGET', key, 'min', 'max')
  local min, max = tonumber(extremes[1]), tonumber(extremes[2])
  if not min or value < min then
    redis.call('HSET', key, 'min', ARGV[1])
  end
  if not max or value > max then
    redis.call('HSET', key, 'max', ARGV[1])
  end
  redis.call('EXPIRE', key, seconds * 60)
end

local sum, n = unpack(redis.call('HMGET', bucket(series, 60, ts), 'sum', 'count'))
return string.format('%.3f', sum / n)
