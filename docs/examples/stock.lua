#!lua name=stock

local function take(keys, args)
  local left = tonumber(redis.call('GET', keys[1]) or '0')
  local wanted = tonumber(args[1])
  if wanted > left then
    return redis.error_reply('SOLDOUT only ' .. left .. ' left')
  end
  return redis.call('DECRBY', keys[1], wanted)
end

redis.register_function('take', take)
redis.register_function{
  function_name = 'left',
  callback = function(keys) return redis.call('GET', keys[1]) end,
  flags = {'no-writes'},
}
