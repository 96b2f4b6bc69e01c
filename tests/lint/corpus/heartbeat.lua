#!lua
-- Notes that a node lives, and gives those that do.
local now, ttl = tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZADD', KEYS[1], now, ARGV[1])
local dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ttl)
for _, node in ipairs(dead) do
  redis.log(redis.LOG_NOTICE, 'node ' .. node .. ' is gone')
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ttl)
return redis.call('ZRANGE', KEYS[1], 0, -1)
