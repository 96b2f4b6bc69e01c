-- Move due jobs from the delayed set to the ready list, oldest first.
local delayed, ready, stats = KEYS[1], KEYS[2], KEYS[3]
local now, batch = tonumber(ARGV[1]), tonumber(ARGV[2] or 100)
local moved = 0

repeat
  local due = redis.call('ZRANGEBYSCORE', delayed, 0, now, 'LIMIT', 0, batch)
  local n = #due
  for i = 1, n, 1 do
    local id = due[i]
    if redis.call('ZREM', delayed, id) == 1 then
      redis.call('LPUSH', ready, id)
      moved = moved + 1
    end
  end
until n < batch or moved >= 1000

if moved ~= 0 then
  redis.call('HINCRBY', stats, 'moved', moved)
  redis.call('PUBLISH', ready .. ':wakeup', moved)
end

local upcoming = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
if next(upcoming) == nil then
  return {moved, -1}
end
return {moved, upcoming[2] - now}
