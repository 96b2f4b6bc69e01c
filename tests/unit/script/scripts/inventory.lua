#!lua flags=allow-cross-slot-keys
-- Reserve stock for an order, all lines or none.
local order = cjson.decode(ARGV[1])
local expires = tonumber(ARGV[2])
local missing = {}

local function stock_key(line) return 'stock:{' .. line.sku .. '}' end

for _, line in ipairs(order.lines) do
  local have = tonumber(redis.call('HGET', stock_key(line), 'free') or 0)
  if have < line.quantity then
    missing[#missing + 1] = {sku = line.sku, short = line.quantity - have}
  end
end

if #missing > 0 then
  return cjson.encode({ok = false, missing = missing})
end

local total = 0
for _, line in ipairs(order.lines) do
  local key = stock_key(line)
  redis.call('HINCRBY', key, 'free', -line.quantity)
  redis.call('HINCRBY', key, 'held', line.quantity)
  total = total + line.quantity * (line.price or 0)
  redis.call('SADD', 'order:' .. order.id .. ':keys', key)
end

redis.call('HSET', 'order:' .. order.id, 'state', 'held', 'total', total)
redis.call('EXPIREAT', 'order:' .. order.id, expires)
return cjson.encode({ok = true, total = total})
