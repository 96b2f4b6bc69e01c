-- A lock that its owner may take several times.
local owner, ttl = ARGV[1], ARGV[2]
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], owner) == 1 then
  local count = redis.call('HINCRBY', KEYS[1], owner, 1)
  redis.call('PEXPIRE', KEYS[1], ttl)
  return count
end
return -redis.call('PTTL', KEYS[1])
