-- A small class of our own: a bucket that leaks.
local Bucket = {}
Bucket.__index = Bucket

function Bucket.load(key)
  local self = setmetatable({}, Bucket)
  self.key = key
  local level, at = unpack(redis.call('HMGET', key, 'level', 'at'))
  self.level = tonumber(level) or 0
  self.at = tonumber(at) or 0
  return self
end

function Bucket:leak(now, rate)
  local passed = math.max(0, now - self.at)
  self.level = math.max(0, self.level - passed * rate)
  self.at = now
end

function Bucket:pour(amount, capacity)
  if self.level + amount > capacity then
    return false
  end
  self.level = self.level + amount
  return true
end

function Bucket:save(ttl)
  redis.call('HSET', self.key, 'level', tostring(self.level), 'at', tostring(self.at))
  redis.call('PEXPIRE', self.key, ttl)
end

local now, rate, capacity, amount = unpack(ARGV)
local bucket = Bucket.load(KEYS[1])
bucket:leak(tonumber(now), tonumber(rate))
local poured = bucket:pour(tonumber(amount), tonumber(capacity))
bucket:save(60000)
return { poured and 1 or 0, tostring(bucket.level) }
