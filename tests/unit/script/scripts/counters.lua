-- Batch of counters with classes built on metatables, rolled up per minute, hour and day.
local Counter = {}
Counter.__index = Counter

function Counter.new(name, step)
  return setmetatable({name = name, step = step or 60, pending = 0}, Counter)
end

function Counter:add(n)
  self.pending = self.pending + n
  return self
end

function Counter:bucket(at)
  local start = at - at % self.step
  return self.name .. ':' .. self.step .. ':' .. start
end

function Counter:flush(at)
  if self.pending == 0 then return 0 end
  local key = self:bucket(at)
  local value = redis.call('INCRBY', key, self.pending)
  redis.call('EXPIRE', key, self.step * 48)
  self.pending = 0
  return value
end

local at = tonumber(ARGV[1])
local results = {}
for i, key in ipairs(KEYS) do
  local amount = tonumber(ARGV[i + 1]) or error('bad amount: ' .. tostring(ARGV[i + 1]))
  for _, step in ipairs {60, 3600, 86400} do
    results[#results + 1] = Counter.new(key, step):add(amount):flush(at)
  end
end
do
  local sum = 0
  for i = 1, #results do sum = sum + results[i] end
  results[#results + 1] = sum
end
return results
