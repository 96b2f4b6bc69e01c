-- Jobs whose worker has not been heard of go back to the waiting list.
local now = tonumber(ARGV[1])
local limit = now - tonumber(ARGV[2])
local stalled = {}
for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  local seen = redis.call('HGET', KEYS[2], id)
  if not seen or tonumber(seen) < limit then
    stalled[#stalled + 1] = id
  end
end
for _, id in ipairs(stalled) do
  redis.call('LREM', KEYS[1], 1, id)
end
for first = 1, #stalled, 1000 do
  redis.call('RPUSH', KEYS[3], unpack(stalled, first, math.min(first + 999, #stalled)))
end
return stalled
