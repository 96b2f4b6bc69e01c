-- The nearest free drivers, who are not busy.
local near = redis.call('GEOSEARCH', KEYS[1], 'FROMLONLAT', ARGV[1], ARGV[2], 'BYRADIUS', ARGV[3], 'km', 'ASC')
local free = {}
local most = tonumber(ARGV[4])
for _, driver in ipairs(near) do
  if #free >= most then
    break
  end
  if redis.call('SISMEMBER', KEYS[2], driver) == 0 then
    free[#free + 1] = driver
  end
end
return free
