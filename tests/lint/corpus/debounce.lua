-- Runs once, some time after the last call.
local due = tonumber(ARGV[1]) + tonumber(ARGV[2])
local known = redis.call('ZSCORE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[1], due, ARGV[3])
if known then
  return 0
end
return 1
