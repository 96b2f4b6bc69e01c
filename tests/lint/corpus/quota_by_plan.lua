-- The limit depends on the plan, which is in a hash of settings.
local limits = {free = 100, team = 1000, company = 100000}
local plan = redis.call('HGET', KEYS[2], 'plan') or 'free'
local limit = limits[plan]
if limit == nil then
  return redis.error_reply('ERR unknown plan ' .. plan)
end
local used = redis.call('INCRBY', KEYS[1], ARGV[1])
if used == tonumber(ARGV[1]) then
  redis.call('EXPIREAT', KEYS[1], ARGV[2])
end
return {used, limit, used <= limit and 1 or 0}
