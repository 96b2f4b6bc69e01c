-- Moves the next job into the list of those at work, and counts the attempt.
local id = redis.call('RPOPLPUSH', KEYS[1], KEYS[2])
if not id then
  return false
end
local job = KEYS[3] .. ':' .. id
local attempts = redis.call('HINCRBY', job, 'attempts', 1)
redis.call('HSET', job, 'state', 'active', 'since', ARGV[1])
return {id, redis.call('HGET', job, 'payload'), attempts}
