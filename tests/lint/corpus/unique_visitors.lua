-- Counts visitors of a day, and keeps the days of a month.
local new = redis.call('PFADD', KEYS[1], unpack(ARGV, 2))
if new == 1 then
  redis.call('EXPIRE', KEYS[1], ARGV[1])
end
return redis.call('PFCOUNT', KEYS[1])
