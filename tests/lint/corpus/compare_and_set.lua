-- Sets a value if it is still the one that was read.
local now = redis.call('GET', KEYS[1])
if now == ARGV[1] or (now == false and ARGV[1] == '') then
  redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
  return 1
end
return 0
