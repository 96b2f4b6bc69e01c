-- Take a lock with a fencing token, or renew it when the caller already holds it.
-- KEYS[1] the lock, KEYS[2] the fencing counter
-- ARGV[1] owner, ARGV[2] time to live in ms
local lock, fence = KEYS[1], KEYS[2]
local owner = ARGV[1]
local ttl = tonumber(ARGV[2])

if not ttl or ttl <= 0 then
  return redis.error_reply('ERR ttl must be a positive number')
end

local holder = redis.call('GET', lock)
if holder == owner then
  redis.call('PEXPIRE', lock, ttl)
  return {1, tonumber(redis.call('GET', fence) or '0')}
elseif holder then
  return {0, redis.call('PTTL', lock)}
end

redis.call('SET', lock, owner, 'PX', ttl)
local token = redis.call('INCR', fence)
return {1, token}
