-- Compare and set of several fields: field, expected, new, field, expected, new ... ; '' expected: must not be there
if #ARGV == 0 or #ARGV % 3 ~= 0 then return redis.error_reply('ERR triples are wanted') end
for i = 1, #ARGV, 3 do
  local current = redis.call('HGET', KEYS[1], ARGV[i])
  local expected = ARGV[i + 1]
  if (current == false and expected ~= '') or (current ~= false and current ~= expected) then
    return { 0, ARGV[i], current or '' }
  end
end
local pairs_to_set = {}
for i = 1, #ARGV, 3 do
  pairs_to_set[#pairs_to_set + 1] = ARGV[i]
  pairs_to_set[#pairs_to_set + 1] = ARGV[i + 2]
end
redis.call('HSET', KEYS[1], unpack(pairs_to_set))
return { 1 }
