-- A set whose members go one by one.
local now = redis.call('TIME')[1]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if ARGV[1] == 'add' then
  return redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
elseif ARGV[1] == 'has' then
  return redis.call('ZSCORE', KEYS[1], ARGV[2]) and 1 or 0
end
return redis.call('ZCARD', KEYS[1])
