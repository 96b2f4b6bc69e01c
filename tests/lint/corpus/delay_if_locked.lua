local lock = redis.call('GET', KEYS[1])
if lock and lock ~= ARGV[1] then
  local left = redis.call('PTTL', KEYS[1])
  if left == -1 then
    -- a lock without expiry is a mistake: mend it
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
    left = tonumber(ARGV[2])
  elseif left == -2 then
    left = 0
  end
  return left
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 0
