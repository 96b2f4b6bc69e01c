-- Tries an increment, and resets what is no number.
local reply = redis.pcall('INCRBY', KEYS[1], ARGV[1])
if type(reply) == 'table' and reply.err then
  redis.log(redis.LOG_WARNING, 'reset ' .. KEYS[1] .. ': ' .. reply.err)
  redis.call('SET', KEYS[1], ARGV[1])
  return tonumber(ARGV[1])
end
return reply
