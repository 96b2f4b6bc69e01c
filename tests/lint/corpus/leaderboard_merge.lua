-- The week's scores into the month's, and off with all but the best thousand.
redis.call('ZUNIONSTORE', KEYS[2], 2, KEYS[2], KEYS[1], 'AGGREGATE', 'MAX')
local size = redis.call('ZCARD', KEYS[2])
local most = 1000
if size > most then
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, size - most - 1)
end
return math.min(size, most)
