-- Who is online in a room. Joins, leaves, and tells the others; forgets those who were not heard of for a while.
local room, events = KEYS[1], KEYS[2]
local who, what = ARGV[1], ARGV[2]
local now, timeout = tonumber(ARGV[3]), tonumber(ARGV[4])

local function tell(kind, name)
  redis.call('XADD', events, 'MAXLEN', '~', '1000', '*', 'kind', kind, 'who', name)
end

local gone = redis.call('ZRANGEBYSCORE', room, 0, now - timeout)
for _, name in ipairs(gone) do
  tell('timeout', name)
  redis.call('ZREM', room, name)
end

if what == 'join' then
  local isNew = redis.call('ZADD', room, now, who) == 1
  if isNew then tell('join', who) end
elseif what == 'leave' then
  if redis.call('ZREM', room, who) > 0 then tell('leave', who) end
elseif what ~= 'list' then
  return redis.error_reply('ERR join, leave or list')
end

redis.call('PEXPIRE', room, timeout)
return redis.call('ZRANGE', room, 0, -1)
