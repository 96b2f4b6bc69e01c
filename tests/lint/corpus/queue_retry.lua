-- Puts a failed job back with a growing delay, or into the list of the dead.
local id, now = ARGV[1], tonumber(ARGV[2])
local job = KEYS[4]
local most = tonumber(redis.call('HGET', job, 'most') or 3)
local attempts = tonumber(redis.call('HGET', job, 'attempts')) or 0
redis.call('LREM', KEYS[1], 1, id)
if attempts >= most then
  redis.call('HSET', job, 'state', 'dead', 'error', ARGV[3])
  redis.call('LPUSH', KEYS[3], id)
  return 'dead'
end
local delay = 2 ^ attempts * 1000
redis.call('ZADD', KEYS[2], now + delay, id)
redis.call('HSET', job, 'state', 'delayed')
return 'delayed'
