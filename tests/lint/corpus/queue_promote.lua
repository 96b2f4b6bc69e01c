-- Moves all delayed jobs that are due to the waiting list, in steps.
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 1000)
if #due == 0 then
  return 0
end
for first = 1, #due, 500 do
  local last = math.min(first + 499, #due)
  redis.call('ZREM', KEYS[1], unpack(due, first, last))
  redis.call('LPUSH', KEYS[2], unpack(due, first, last))
end
return #due
