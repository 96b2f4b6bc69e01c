-- Opens after so many failures, and lets one call through after a while.
local state = redis.call('HMGET', KEYS[1], 'state', 'failures', 'opened')
local name = state[1] or 'closed'
local failures = tonumber(state[2]) or 0
local now, threshold, wait = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if ARGV[1] == 'ask' then
  if name == 'open' then
    local opened = tonumber(state[3]) or 0
    if now - opened >= wait then
      redis.call('HSET', KEYS[1], 'state', 'half')
      return 'allow'
    end
    return 'deny'
  end
  return 'allow'
elseif ARGV[1] == 'failure' then
  failures = failures + 1
  if failures >= threshold or name == 'half' then
    redis.call('HSET', KEYS[1], 'state', 'open', 'opened', now, 'failures', failures)
  else
    redis.call('HSET', KEYS[1], 'failures', failures)
  end
  return failures
end
redis.call('DEL', KEYS[1])
return 0
