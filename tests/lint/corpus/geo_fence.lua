local lon, lat, radius = ARGV[1], ARGV[2], ARGV[3]
local near = redis.call('GEORADIUS', KEYS[1], lon, lat, radius, 'm', 'WITHDIST', 'ASC', 'COUNT', 5)
local out = {}
for _, row in ipairs(near) do
  local name, dist = row[1], tonumber(row[2])
  local fence = redis.call('HGET', KEYS[2], name)
  if fence and dist <= tonumber(fence) then
    out[#out + 1] = name
  end
end
return out
