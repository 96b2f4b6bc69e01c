--
-- Shopping cart with stock. Lines are "sku:quantity", one argument each.
--
local cart, stock, holds = KEYS[1], KEYS[2], KEYS[3]
local cart_id, ttl = ARGV[1], ARGV[2]

local lines, wanted_skus = {}, {}
for i = 3, #ARGV do
  local sku, qty = string.match(ARGV[i], '^([^:]+):(%d+)$')
  if not sku then
    return redis.error_reply('ERR bad line ' .. i - 2)
  end
  lines[#lines + 1] = { sku = sku, quantity = tonumber(qty) }
  wanted_skus[#wanted_skus + 1] = sku
end
if #lines == 0 then
  return redis.error_reply('ERR nothing to add')
end

-- look first, write afterwards
local available = redis.call('HMGET', stock, unpack(wanted_skus))
local short = {}
for i, line in ipairs(lines) do
  local have = tonumber(available[i] or '0')
  if have < line.quantity then
    short[#short + 1] = line.sku
    short[#short + 1] = have
  end
end
if next(short) ~= nil then
  return { 'SHORT', short }
end

local total = 0
for _, line in ipairs(lines) do
  redis.call('HINCRBY', stock, line.sku, -line.quantity)
  redis.call('HINCRBY', cart, line.sku, line.quantity)
  redis.call('HINCRBY', holds, cart_id .. '/' .. line.sku, line.quantity)
  total = total + line.quantity
end
redis.call('EXPIRE', cart, ttl)
redis.call('PUBLISH', 'carts', cjson.encode({ cart = cart_id, lines = lines, total = total }))
return { 'OK', total }
