-- Takes back entries that a consumer left, or sends them to a list of the dead after too many deliveries.
local stream, dead = KEYS[1], KEYS[2]
local group, consumer = ARGV[1], ARGV[2]
local idle, max = ARGV[3], tonumber(ARGV[4])

local pending = redis.call('XPENDING', stream, group, 'IDLE', idle, '-', '+', 50)
local mine, moved = {}, 0

for _, entry in ipairs(pending) do
  local id, deliveries = entry[1], entry[4]
  if deliveries > max then
    local found = redis.call('XRANGE', stream, id, id)
    local first = found[1]
    if first then
      local fields = first[2]
      fields[#fields + 1] = 'origin'
      fields[#fields + 1] = id
      redis.call('XADD', dead, 'MAXLEN', '~', 10000, '*', unpack(fields))
    end
    redis.call('XACK', stream, group, id)
    redis.call('XDEL', stream, id)
    moved = moved + 1
  else
    table.insert(mine, id)
  end
end

if #mine == 0 then
  return { moved, {} }
end
local claimed = redis.call('XCLAIM', stream, group, consumer, idle, unpack(mine))
return { moved, claimed }
