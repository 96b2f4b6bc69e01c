-- Takes a lock for reading: many readers, no writer.
local writer = redis.call('GET', KEYS[1])
if writer and writer ~= ARGV[1] then
  return {0, writer}
end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[2])
return {1, tostring(redis.call('ZCARD', KEYS[2]))}
