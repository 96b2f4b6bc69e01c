-- What is cached, or the right to compute it.
local value = redis.call('GET', KEYS[1])
if value then
  return {'hit', value}
end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return {'compute', false}
end
return {'wait', false}
