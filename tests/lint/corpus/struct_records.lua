-- Points in time, eight bytes each, in one string.
local packed = struct.pack('>d', tonumber(ARGV[1]))
local length = redis.call('APPEND', KEYS[1], packed)
local size = struct.size('>d')
local most = tonumber(ARGV[2]) * size
if length > most then
  local kept = redis.call('GETRANGE', KEYS[1], -most, -1)
  redis.call('SET', KEYS[1], kept)
  length = most
end
return math.floor(length / size)
