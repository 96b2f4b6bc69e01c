#!lua name=bank

-- Accounts of a bank: one hash an account. Amounts are whole cents.

local MAX = 1000000000

local function err(code, text)
  return redis.error_reply(code .. ' ' .. text)
end

local function amount_of(text)
  local amount = tonumber(text)
  if amount == nil or amount <= 0 or amount > MAX or amount % 1 ~= 0 then
    return nil
  end
  return amount
end

local function balance(key)
  local value = redis.call('HGET', key, 'balance')
  if value == false then
    return nil
  end
  return tonumber(value)
end

local function open(keys, args)
  if redis.call('HSETNX', keys[1], 'owner', args[1]) == 0 then
    return err('EXISTS', 'account is open')
  end
  redis.call('HSET', keys[1], 'balance', 0, 'opened', redis.call('TIME')[1])
  return redis.status_reply('OK')
end

local function deposit(keys, args)
  local amount = amount_of(args[1])
  if not amount then
    return err('AMOUNT', 'must be a whole number above zero')
  end
  if balance(keys[1]) == nil then
    return err('NOACCOUNT', 'open it first')
  end
  return redis.call('HINCRBY', keys[1], 'balance', amount)
end

local function withdraw(keys, args)
  local amount = amount_of(args[1])
  if not amount then
    return err('AMOUNT', 'must be a whole number above zero')
  end
  local have = balance(keys[1])
  if not have then
    return err('NOACCOUNT', 'open it first')
  end
  if have < amount then
    return err('FUNDS', 'not enough')
  end
  return redis.call('HINCRBY', keys[1], 'balance', -amount)
end

local function transfer(keys, args)
  local taken = withdraw(keys, args)
  if type(taken) == 'table' then
    return taken
  end
  redis.call('HINCRBY', keys[2], 'balance', args[1])
  return taken
end

local function report(keys)
  local rows = {}
  for i, key in ipairs(keys) do
    local owner, have = unpack(redis.call('HMGET', key, 'owner', 'balance'))
    rows[i] = { owner or '', tonumber(have or 0) }
  end
  return rows
end

redis.register_function('bank_open', open)
redis.register_function('bank_deposit', deposit)
redis.register_function('bank_withdraw', withdraw)
redis.register_function('bank_transfer', transfer)
redis.register_function({
  function_name = 'bank_report',
  callback = report,
  flags = { 'no-writes' },
})
