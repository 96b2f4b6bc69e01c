-- Adds a job unless one with that id is waiting or running. KEYS: waiting list, set of ids, hash of the job.
local id, payload = ARGV[1], ARGV[2]
if redis.call('SADD', KEYS[2], id) == 0 then
  return redis.status_reply('DUPLICATE')
end
redis.call('HSET', KEYS[3], 'payload', payload, 'attempts', 0, 'state', 'waiting')
redis.call('LPUSH', KEYS[1], id)
return redis.status_reply('QUEUED')
