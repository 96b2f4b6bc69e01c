-- Follows somebody: both sets and both counts.
if KEYS[1] == KEYS[2] then
  return redis.error_reply('ERR that is yourself')
end
local added = redis.call('SADD', KEYS[1], ARGV[2])
if added == 1 then
  redis.call('SADD', KEYS[2], ARGV[1])
  redis.call('HINCRBY', KEYS[3], 'following', 1)
  redis.call('HINCRBY', KEYS[4], 'followers', 1)
end
return added
