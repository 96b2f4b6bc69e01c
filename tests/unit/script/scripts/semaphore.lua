-- Counting semaphore: at most `limit` holders, each with its own lease.
local key, limit, lease = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local id, now = ARGV[3], tonumber(ARGV[4])

redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
if redis.call('ZSCORE', key, id) then
  redis.call('ZADD', key, 'XX', now + lease, id)
  return 1
end
if redis.call('ZCARD', key) < limit then
  redis.call('ZADD', key, now + lease, id)
  redis.call('PEXPIREAT', key, now + 2 * lease)
  return 1
end
return 0
