-- Keeps the value with the higher version.
local current = redis.call('HGET', KEYS[1], 'version')
if current and tonumber(current) >= tonumber(ARGV[1]) then
  return 0
end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'value', ARGV[2])
if ARGV[3] then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 1
