local function merge(into, from)
  for k, v in pairs(from) do
    if type(v) == 'table' and type(into[k]) == 'table' then
      merge(into[k], v)
    elseif v == cjson.null then
      into[k] = nil
    else
      into[k] = v
    end
  end
  return into
end

local stored = redis.call('GET', KEYS[1])
local config = stored and cjson.decode(stored) or {}
local ok, patch = pcall(cjson.decode, ARGV[1])
if not ok then
  return redis.error_reply('ERR patch is no JSON: ' .. tostring(patch))
end
merge(config, patch)
local text = cjson.encode(config)
if text == stored then
  return 0
end
redis.call('SET', KEYS[1], text)
redis.call('PUBLISH', KEYS[1], text)
return 1
