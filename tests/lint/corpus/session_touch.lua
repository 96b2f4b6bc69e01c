-- The data of a session, which lives on.
local data = redis.call('HGETALL', KEYS[1])
if #data == 0 then
  return nil
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
local fields = {}
for i = 1, #data, 2 do
  fields[data[i]] = data[i + 1]
end
return cjson.encode(fields)
