-- Sliding window rate limiter over a sorted set of timestamps.
local key = KEYS[1]
local window = tonumber(ARGV[1]) * 1000
local limit = tonumber(ARGV[2])
local member = ARGV[3]

local function now_ms()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

local now = now_ms()
redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)

local used = redis.call('ZCARD', key)
if used < limit then
  redis.call('ZADD', key, now, member .. ':' .. now)
  redis.call('PEXPIRE', key, window)
  return {1, limit - used - 1, 0}
end

local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
local retry_after = window
if oldest[2] then
  retry_after = tonumber(oldest[2]) + window - now
end
return {0, 0, retry_after}
