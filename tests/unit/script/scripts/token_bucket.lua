-- Token bucket with fractional refill; several buckets are taken or none.
local cost = tonumber(ARGV[1]) or 1
local now = tonumber(ARGV[2])
local plans = cjson.decode(ARGV[3])

local function load(key, plan)
  local state = redis.call('HMGET', key, 'tokens', 'at')
  local tokens = tonumber(state[1]) or plan.burst
  local at = tonumber(state[2]) or now
  local elapsed = math.max(0, now - at) / 1e3
  return math.min(plan.burst, tokens + elapsed * plan.rate)
end

local levels = {}
for i = 1, #KEYS do
  local level = load(KEYS[i], plans[i])
  if level < cost then
    local wait = (cost - level) / plans[i].rate
    return {0, i, tostring(wait)}
  end
  levels[i] = level - cost
end

for i = 1, #KEYS do
  redis.call('HSET', KEYS[i], 'tokens', tostring(levels[i]), 'at', now)
  redis.call('EXPIRE', KEYS[i], math.ceil(plans[i].burst / plans[i].rate) + 1)
end
return {1, 0, '0'}
