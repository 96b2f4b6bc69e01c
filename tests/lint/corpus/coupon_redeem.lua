-- A coupon can be used so many times, and once by each customer.
local used_by, coupon = KEYS[1], KEYS[2]
if redis.call('SISMEMBER', used_by, ARGV[1]) == 1 then
  return 'used'
end
local left = redis.call('HGET', coupon, 'left')
if not left then
  return 'unknown'
end
if tonumber(left) <= 0 then
  return 'gone'
end
redis.call('HINCRBY', coupon, 'left', -1)
redis.call('SADD', used_by, ARGV[1])
return 'ok'
