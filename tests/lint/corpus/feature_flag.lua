-- Whether a feature is on for a user: by name, or by a share of all.
if redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 1 then
  return 1
end
local percent = tonumber(redis.call('HGET', KEYS[1], 'percent'))
if not percent then
  return 0
end
local hash = tonumber(string.sub(redis.sha1hex(ARGV[1]), 1, 8), 16)
if hash % 100 < percent then
  return 1
end
return 0
