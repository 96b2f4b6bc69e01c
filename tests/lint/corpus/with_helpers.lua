-- Local functions that look after what is missing.
local function required(value, name)
  if not value then
    error('ERR missing ' .. name)
  end
  return value
end
local function number(value, default)
  return tonumber(value or default) or default
end
local owner = required(redis.call('HGET', KEYS[1], 'owner'), 'owner')
local count = number(redis.call('HGET', KEYS[1], 'count'), 0)
if owner ~= ARGV[1] then
  return {err = 'ERR not yours, but of ' .. owner}
end
return redis.call('HSET', KEYS[1], 'count', count + 1)
