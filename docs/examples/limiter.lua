-- At most ARGV[1] calls in ARGV[2] seconds: 1 lets the caller through, 0 does not.
local calls = redis.call('INCR', KEYS[1])
if calls == 1 then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
if calls > tonumber(ARGV[1]) then
  return 0
end
return 1
