-- Moves money between accounts, in cents.
local amount = tonumber(ARGV[1])
if amount == nil or amount <= 0 then
  return redis.error_reply('ERR bad amount')
end
local from = redis.call('HGET', KEYS[1], 'balance')
if not from then
  return redis.error_reply('ERR no such account')
end
if tonumber(from) < amount then
  return redis.error_reply('ERR not enough')
end
local left = redis.call('HINCRBY', KEYS[1], 'balance', -amount)
redis.call('HINCRBY', KEYS[2], 'balance', amount)
redis.call('XADD', KEYS[3], '*', 'from', KEYS[1], 'to', KEYS[2], 'amount', amount)
return left
