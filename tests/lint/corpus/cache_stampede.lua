-- Returns the value, and whether the caller should refresh it: one caller in a while, shortly before it expires.
local payload = redis.call('HMGET', KEYS[1], 'value', 'delta', 'expires')
local value, delta, expires = payload[1], tonumber(payload[2]), tonumber(payload[3])
if not value or not delta or not expires then
  return { false, 1 }
end

math.randomseed(tonumber(ARGV[2]))
local beta = tonumber(ARGV[3]) or 1
local now = tonumber(ARGV[1])
local early = delta * beta * math.log(math.random())
if now - early >= expires then
  if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', math.ceil(delta)) then
    return { value, 1 }
  end
end
return { value, 0 }
