-- The generic cell rate algorithm: one number for each caller.
local emission = tonumber(ARGV[1])
local tolerance = tonumber(ARGV[2])
local now = tonumber(ARGV[3])
local tat = redis.call('GET', KEYS[1])
if tat then
  tat = math.max(tonumber(tat), now)
else
  tat = now
end
local allow_at = tat + emission - tolerance
if now < allow_at then
  return {0, tostring(allow_at - now)}
end
local new_tat = tat + emission
redis.call('SET', KEYS[1], tostring(new_tat), 'PX', math.ceil(new_tat - now))
return {1, '0'}
