-- Members of a large set that begin with something, in steps.
local cursor = '0'
local removed = 0
repeat
  local step = redis.call('SSCAN', KEYS[1], cursor, 'MATCH', ARGV[1] .. '*', 'COUNT', 500)
  cursor = step[1]
  local members = step[2]
  if #members > 0 then
    removed = removed + redis.call('SREM', KEYS[1], unpack(members))
  end
until cursor == '0'
return removed
