-- Weighted fair scheduling between tenants, with a blacklist and a cap on each.
local tenants = redis.call('SMEMBERS', KEYS[1])
local running = KEYS[2]
local cap = tonumber(ARGV[1])
local best, best_score

local function weight(tenant)
  local w = redis.call('HGET', 'tenant:' .. tenant, 'weight')
  return tonumber(w or 1) or 1
end

local function blocked(tenant)
  local until_ = redis.call('GET', 'tenant:' .. tenant .. ':blocked')
  return until_ and tonumber(until_) > tonumber(ARGV[2])
end

table.sort(tenants)
for _, tenant in ipairs(tenants) do
  local active = tonumber(redis.call('HGET', running, tenant)) or 0
  local waiting = redis.call('LLEN', 'queue:' .. tenant)
  if waiting > 0 and active < cap and not blocked(tenant) then
    local score = active / weight(tenant)
    if best == nil or score < best_score then
      best, best_score = tenant, score
    end
  end
end

if not best then return false end

local job = redis.call('RPOPLPUSH', 'queue:' .. best, 'running:' .. best)
redis.call('HINCRBY', running, best, 1)
local record = {
  tenant = best,
  job = job,
  ['score'] = best_score,
  started = ARGV[2];
  'scheduled',
}
redis.call('LPUSH', 'log:scheduler', cjson.encode(record))
redis.call('LTRIM', 'log:scheduler', 0, 999)
return {best, job}
