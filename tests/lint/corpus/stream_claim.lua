-- Entries that have waited too long go to another consumer.
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 100)
local ids = {}
for _, entry in ipairs(pending) do
  if entry[3] >= tonumber(ARGV[3]) then
    ids[#ids + 1] = entry[1]
  end
end
if #ids == 0 then
  return {}
end
return redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], unpack(ids))
