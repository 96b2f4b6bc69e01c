-- So many calls in a window of time.
local limit = tonumber(ARGV[1])
local used = redis.call('INCR', KEYS[1])
if used == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
if used > limit then
  return {0, 0, redis.call('PTTL', KEYS[1])}
end
return {1, limit - used, redis.call('PTTL', KEYS[1])}
