-- Takes a lock and gives a number that grows with each holder.
local got = redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2])
if not got then
  return {false, redis.call('PTTL', KEYS[1])}
end
return {redis.call('INCR', KEYS[2]), 0}
