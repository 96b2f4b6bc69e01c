-- The most urgent job that is not blocked.
local jobs = redis.call('ZRANGE', KEYS[1], 0, 19)
local chosen
for _, id in ipairs(jobs) do
  if redis.call('SISMEMBER', KEYS[2], id) == 0 then
    chosen = id
    break
  end
end
if chosen == nil then
  return false
end
redis.call('ZREM', KEYS[1], chosen)
return chosen
