-- The first who asks leads, until it does not ask any more.
local leader = redis.call('GET', KEYS[1])
if leader == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return leader
end
if not leader then
  leader = ARGV[1]
  redis.call('SET', KEYS[1], leader, 'PX', ARGV[2])
end
return leader
