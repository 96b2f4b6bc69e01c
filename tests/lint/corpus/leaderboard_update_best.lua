-- Keeps a player's best score.
local old = redis.call('ZSCORE', KEYS[1], ARGV[1])
local new = tonumber(ARGV[2])
if new == nil then
  return redis.error_reply('ERR the score is no number')
end
if old and tonumber(old) >= new then
  return {old, 0}
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
return {ARGV[2], 1}
