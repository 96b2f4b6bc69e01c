-- Changes fields of a JSON document.
local text = redis.call('GET', KEYS[1])
local document = text and cjson.decode(text) or {}
local patch = cjson.decode(ARGV[1])
for name, value in pairs(patch) do
  if value == cjson.null then
    document[name] = nil
  else
    document[name] = value
  end
end
document.version = (tonumber(document.version) or 0) + 1
local encoded = cjson.encode(document)
redis.call('SET', KEYS[1], encoded)
return encoded
