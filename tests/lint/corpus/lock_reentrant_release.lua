-- Gives back one of the times a lock was taken.
local owner = ARGV[1]
if redis.call('HEXISTS', KEYS[1], owner) == 0 then
  return redis.error_reply('NOTOWNER the lock is not yours')
end
local left = redis.call('HINCRBY', KEYS[1], owner, -1)
if left > 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return left
end
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', KEYS[2], 'free')
return 0
