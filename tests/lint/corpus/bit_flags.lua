-- Sets and clears flags of a number.
local flags = tonumber(redis.call('GET', KEYS[1])) or 0
local set, clear = tonumber(ARGV[1]), tonumber(ARGV[2])
flags = bit.band(bit.bor(flags, set), bit.bnot(clear))
redis.call('SET', KEYS[1], flags)
return flags
