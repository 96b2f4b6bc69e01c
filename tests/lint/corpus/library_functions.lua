#!lua name=shop
local function price(keys, args)
  local found = redis.call('HGET', keys[1], args[1])
  if not found then
    return redis.error_reply('ERR no such article')
  end
  return found
end
local function set_price(keys, args)
  local amount = tonumber(args[2])
  if not amount or amount < 0 then
    return redis.error_reply('ERR bad price')
  end
  redis.call('HSET', keys[1], args[1], args[2])
  return redis.status_reply('OK')
end
redis.register_function{function_name = 'price', callback = price, flags = {'no-writes'}}
redis.register_function('set_price', set_price)
