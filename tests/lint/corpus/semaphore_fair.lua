-- Fair semaphore: tickets in the order in which they were asked for.
local owners, tickets, counter = KEYS[1], KEYS[2], KEYS[3]
local id, limit, now, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

redis.call('ZREMRANGEBYSCORE', owners, '-inf', now - ttl)
redis.call('ZINTERSTORE', tickets, 2, tickets, owners, 'WEIGHTS', 1, 0)

local ticket = redis.call('INCR', counter)
redis.call('ZADD', owners, now, id)
redis.call('ZADD', tickets, ticket, id)

local place = redis.call('ZRANK', tickets, id)
if place and place < limit then
  return place
end
redis.call('ZREM', owners, id)
redis.call('ZREM', tickets, id)
return -1
