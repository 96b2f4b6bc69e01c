-- Takes several articles, all or none.
local function stock(key)
  return tonumber(redis.call('GET', key)) or 0
end
for i, key in ipairs(KEYS) do
  local wanted = tonumber(ARGV[i])
  if not wanted or wanted < 1 then
    return redis.error_reply('ERR bad number for ' .. key)
  end
  if stock(key) < wanted then
    return {0, key, stock(key)}
  end
end
for i, key in ipairs(KEYS) do
  redis.call('DECRBY', key, ARGV[i])
end
return {1}
