-- Take jobs with a visibility time-out, and give back what timed out.
local pending, inflight, data = KEYS[1], KEYS[2], KEYS[3]
local action = ARGV[1]
local handlers = {}

function handlers.take(count, deadline)
  local taken = {}
  while #taken < count do
    local id = redis.call('RPOP', pending)
    if not id then break end
    redis.call('ZADD', inflight, deadline, id)
    taken[#taken + 1] = {id = id, body = redis.call('HGET', data, id) or ''}
  end
  return cjson.encode(taken)
end

function handlers.ack(...)
  local removed = 0
  for _, id in ipairs({...}) do
    removed = removed + redis.call('ZREM', inflight, id)
    redis.call('HDEL', data, id)
  end
  return removed
end

function handlers.reap(now)
  local late = redis.call('ZRANGEBYSCORE', inflight, '-inf', now)
  for i = #late, 1, -1 do
    redis.call('LPUSH', pending, late[i])
  end
  redis.call('ZREMRANGEBYSCORE', inflight, '-inf', now)
  return #late
end

local handler = handlers[action]
if not handler then
  return redis.error_reply(string.format("ERR unknown action '%s'", action))
end
return handler(unpack(ARGV, 2))
