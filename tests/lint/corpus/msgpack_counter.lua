-- Counts by name, packed into one string.
local packed = redis.call('GET', KEYS[1])
local counts = {}
if packed then
  counts = cmsgpack.unpack(packed)
end
local name = ARGV[1]
counts[name] = (counts[name] or 0) + tonumber(ARGV[2])
redis.call('SET', KEYS[1], cmsgpack.pack(counts))
return counts[name]
