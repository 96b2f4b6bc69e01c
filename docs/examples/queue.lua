-- Moves the jobs that are due from the delayed set to the ready list, at most ARGV[2] of them.
-- KEYS: delayed jobs (sorted set, score = due time), ready jobs (list). ARGV: now, limit.
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, job in ipairs(due) do
  redis.call('ZREM', KEYS[1], job)
  redis.call('RPUSH', KEYS[2], job)
end
redis.log(redis.LOG_NOTICE, 'moved', #due, 'jobs')
return #due
