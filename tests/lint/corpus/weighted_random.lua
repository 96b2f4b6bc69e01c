local total, weights = 0, {}
local all = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
if #all == 0 then
  return nil
end
for i = 1, #all, 2 do
  local w = tonumber(all[i + 1])
  total = total + w
  weights[#weights + 1] = { name = all[i], upto = total }
end
math.randomseed(tonumber(ARGV[1]))
local hit = math.random() * total
for _, entry in ipairs(weights) do
  if hit < entry.upto then
    return entry.name
  end
end
return weights[#weights].name
