-- A new id for a session.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
local ttl = redis.call('PTTL', KEYS[1])
redis.call('RENAME', KEYS[1], KEYS[2])
if ttl > 0 then
  redis.call('PEXPIRE', KEYS[2], ttl)
end
return 1
