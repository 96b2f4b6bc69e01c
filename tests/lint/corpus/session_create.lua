-- A session, and its id among the user's; the oldest goes when there are too many.
local id, now, ttl, most = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
redis.call('HSET', KEYS[1], 'user', ARGV[5], 'created', now)
redis.call('EXPIRE', KEYS[1], ttl)
redis.call('ZADD', KEYS[2], now, id)
local gone = {}
local over = redis.call('ZCARD', KEYS[2]) - most
if over > 0 then
  gone = redis.call('ZRANGE', KEYS[2], 0, over - 1)
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, over - 1)
end
return gone
