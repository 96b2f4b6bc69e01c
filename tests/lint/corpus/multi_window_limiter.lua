-- Several windows at once: {"limits":[[60,100],[3600,1000]],"cost":1}. All or nothing.
-- KEYS[1] = prefix of this caller, with a hash tag
local key = KEYS[1]
local options = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1])

local cost = options.cost or 1
local limits = options.limits
assert(type(limits) == 'table', 'limits are missing')

local saved = redis.call('HGETALL', key)
local counts = {}
for i = 1, #saved, 2 do
  counts[saved[i]] = tonumber(saved[i + 1])
end

local function slot(window)
  return window .. ':' .. math.floor(now / window)
end

local allowed, wait, keep, longest = true, 0, {}, 0
for _, limit in ipairs(limits) do
  local window, max = limit[1], limit[2]
  local name = slot(window)
  local used = counts[name] or 0
  keep[name] = true
  if window > longest then
    longest = window
  end
  if used + cost > max then
    allowed = false
    local left = window - now % window
    if left > wait then
      wait = left
    end
  end
end

if not allowed then
  return { 0, wait }
end

local stale = {}
for name in pairs(counts) do
  if not keep[name] then
    stale[#stale + 1] = name
  end
end
if #stale > 0 then
  redis.call('HDEL', key, unpack(stale))
end
for name in pairs(keep) do
  redis.call('HINCRBY', key, name, cost)
end
redis.call('EXPIRE', key, longest)
return { 1, 0 }
