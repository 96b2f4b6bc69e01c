-- Assign the nearest free driver, widening the radius until one is found.
local drivers, busy, order = KEYS[1], KEYS[2], KEYS[3]
local lon, lat = ARGV[1], ARGV[2]
local radius, limit = tonumber(ARGV[3]), tonumber(ARGV[4])

local function candidates(r)
  return redis.call('GEORADIUS', drivers, lon, lat, r, 'm', 'WITHDIST', 'ASC', 'COUNT', 20)
end

local chosen, distance
while radius <= limit and not chosen do
  for _, row in ipairs(candidates(radius)) do
    local name, metres = row[1], tonumber(row[2])
    local free = redis.call('SADD', busy, name)
    if free == 1 then
      chosen = name
      distance = metres
      break
    end
  end
  radius = radius * 2
end

if not chosen then
  redis.call('HSET', order, 'state', 'waiting', 'radius', radius / 2 ^ 1)
  return {false, radius}
end

redis.call('ZREM', drivers, chosen)
redis.call('HSET', order,
  'state', 'assigned',
  'driver', chosen,
  'distance', distance)
redis.call('PUBLISH', 'driver:' .. chosen, order)
return {chosen, tostring(distance)}
