-- Take tokens from a bucket: KEYS[1] the bucket, ARGV[1] how many, ARGV[2] how many it holds.
local wanted, size = tonumber(ARGV[1]), tonumber(ARGV[2])

--- @include "bucket"

local left = level(KEYS[1], size) - wanted
if left < 0 then
  return 0
end
redis.call("SET", KEYS[1], left, "EX", 60)
return 1
