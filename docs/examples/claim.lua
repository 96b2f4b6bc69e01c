-- Hands a job to a worker for ARGV[2] seconds, unless another worker has it: 1 if it is theirs, 0 if not.
-- KEYS: the job's lock. ARGV: worker, seconds.
local holder = redis.call('GET', KEYS[1])
if holder == nil then
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
  return 1
end
if holder ~= ARGV[1] then
  return 0
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
