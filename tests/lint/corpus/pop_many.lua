-- Up to so many elements of a list.
local out = {}
for _ = 1, math.min(tonumber(ARGV[1]), 1000) do
  local item = redis.call('LPOP', KEYS[1])
  if not item then
    break
  end
  out[#out + 1] = item
end
return out
