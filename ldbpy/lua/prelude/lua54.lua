-- What the rest of the prelude expects of Lua 5.1, for Lua 5.4.
unpack = table.unpack

function gcinfo()
  return collectgarbage("count")
end

-- Light userdata, as cjson.null is on a server: an upvalue's identity is one. It has no metatable of its own, so the
-- one it gets is that of all light userdata; there is no other here.
local kept

function newproxy()
  local proxy = debug.upvalueid(function() return kept end, 1)
  debug.setmetatable(proxy, {})
  return proxy
end

-- frexp and ldexp by the bits of a double (IEEE 754).
local pack, pack_back = string.pack, string.unpack

function math.frexp(x)
  if x == 0 or x ~= x or x == math.huge or x == -math.huge then return x, 0 end
  local bits = pack_back("<i8", pack("<d", x))
  local exponent = bits >> 52 & 2047
  if exponent == 0 then
    local fraction, scaled = math.frexp(x * 2.0 ^ 54)
    return fraction, scaled - 54
  end
  return pack_back("<d", pack("<i8", bits & ~(2047 << 52) | 1022 << 52)), exponent - 1022
end

function math.ldexp(x, exponent)
  -- In steps, for a power may be out of range where the product is not; rounding happens in the last step alone.
  while exponent > 1000 do
    x, exponent = x * 2.0 ^ 1000, exponent - 1000
  end
  if exponent < -1022 then
    local fraction, own = math.frexp(x)
    if own + exponent < -1074 then return x * 0.0 end
    return fraction * 2.0 ^ (own + exponent + 1074) * 2.0 ^ -1074
  end
  return x * 2.0 ^ exponent
end
