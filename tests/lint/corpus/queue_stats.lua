-- How many jobs there are in each state.
local sizes = {}
for i, key in ipairs(KEYS) do
  local kind = redis.call('TYPE', key).ok
  if kind == 'list' then
    sizes[i] = redis.call('LLEN', key)
  elseif kind == 'zset' then
    sizes[i] = redis.call('ZCARD', key)
  elseif kind == 'set' then
    sizes[i] = redis.call('SCARD', key)
  else
    sizes[i] = 0
  end
end
return sizes
