-- LuaBitOp 1.0.2.
local K = ...

local real, check_number = K.real, K.check_number
local type, select, floor, frexp, huge = real.type, real.select, real.math.floor, real.math.frexp, real.math.huge
local format, sub = real.string.format, real.string.sub

local WORD, TOP_BIT = 4294967296, 2147483648
local BIAS = 6755399441055744   -- 2^52 + 2^51: a double of that size has a number's low 32 bits as its own

-- AND[16 * x + y] is the "and" of two numbers of four bits.
local AND = {[0] = 0}
for x = 0, 15 do
  local odd_x = x % 2
  for y = 0, 15 do
    local odd_y = y % 2
    AND[16 * x + y] = 2 * AND[8 * (x - odd_x) + (y - odd_y) / 2] + odd_x * odd_y
  end
end

local POWER = {}
for place = 0, 32 do POWER[place] = 2 ^ place end

-- The low 32 bits of a double's own representation.
local function low_bits(number)
  if number ~= number or number == huge or number == -huge then return 0 end
  local fraction = frexp(number)
  return (fraction < 0 and -fraction or fraction) * 9007199254740992 % WORD
end

-- The 32 bits of an argument, unsigned; rounded, and beyond 2^51 what adding BIAS leaves of it.
local function bits(value, number, count)
  if type(value) ~= "number" then value = check_number(value, number, count, 2) end
  value = value + BIAS
  if value >= 4503599627370496 and value < 9007199254740992 then return value % WORD end
  return low_bits(value)
end

local function signed(word)
  return word >= TOP_BIT and word - WORD or word
end

local function both(x, y)
  local sum, weight = 0, 1
  for _ = 1, 8 do
    local low_x, low_y = x % 16, y % 16
    sum = sum + AND[16 * low_x + low_y] * weight
    x, y, weight = (x - low_x) / 16, (y - low_y) / 16, weight * 16
  end
  return sum
end

-- The arguments after the first are looked at from the last to the second.
local function band(...)
  local count = select("#", ...)
  local x, y = ...
  local result = bits(x, 1, count)
  if count == 2 then return signed(both(result, bits(y, 2, count))) end
  for i = count, 2, -1 do result = both(result, bits((select(i, ...)), i, count)) end
  return signed(result)
end

local function bor(...)
  local count = select("#", ...)
  local x, y = ...
  local result = bits(x, 1, count)
  if count == 2 then
    y = bits(y, 2, count)
    return signed(result + y - both(result, y))
  end
  for i = count, 2, -1 do
    y = bits((select(i, ...)), i, count)
    result = result + y - both(result, y)
  end
  return signed(result)
end

local function bxor(...)
  local count = select("#", ...)
  local x, y = ...
  local result = bits(x, 1, count)
  if count == 2 then
    y = bits(y, 2, count)
    return signed(result + y - 2 * both(result, y))
  end
  for i = count, 2, -1 do
    y = bits((select(i, ...)), i, count)
    result = result + y - 2 * both(result, y)
  end
  return signed(result)
end

local function tobit(...)
  local word = bits((...), 1, select("#", ...))
  return signed(word)
end

local function bnot(...)
  local word = bits((...), 1, select("#", ...))
  return signed(WORD - 1 - word)
end

local function lshift(...)
  local count = select("#", ...)
  local x, places = ...
  x = bits(x, 1, count)
  places = bits(places, 2, count) % 32
  return signed(x * POWER[places] % WORD)
end

local function rshift(...)
  local count = select("#", ...)
  local x, places = ...
  x = bits(x, 1, count)
  places = bits(places, 2, count) % 32
  return signed(floor(x / POWER[places]))
end

local function arshift(...)
  local count = select("#", ...)
  local x, places = ...
  x = bits(x, 1, count)
  places = bits(places, 2, count) % 32
  return floor(signed(x) / POWER[places])
end

local function rotated(x, places)
  return signed(x * POWER[places] % WORD + floor(x / POWER[32 - places]))
end

local function rol(...)
  local count = select("#", ...)
  local x, places = ...
  x = bits(x, 1, count)
  places = bits(places, 2, count) % 32
  return rotated(x, places)
end

local function ror(...)
  local count = select("#", ...)
  local x, places = ...
  x = bits(x, 1, count)
  places = bits(places, 2, count) % 32
  return rotated(x, (32 - places) % 32)
end

local function bswap(...)
  local word = bits((...), 1, select("#", ...))
  local low = word % 65536
  local high = (word - low) / 65536
  return signed((low % 256 * 256 + floor(low / 256)) * 65536 + high % 256 * 256 + floor(high / 256))
end

-- Redis 6.2 crashes for a width of -2^31; later servers do as here.
local function tohex(...)
  local count = select("#", ...)
  local x, digits = ...
  x = bits(x, 1, count)
  digits = count < 2 and 8 or signed(bits(digits, 2, count))
  local text = format(digits < 0 and "%08X" or "%08x", x)
  if digits < 0 then digits = -digits end
  return digits < 8 and sub(text, 9 - digits) or text
end

-- In the order and by the means the server makes it, so that it is traversed in the same order.
return {
  tobit = tobit, bnot = bnot, band = band, bor = bor, bxor = bxor, lshift = lshift, rshift = rshift,
  arshift = arshift, rol = rol, ror = ror, bswap = bswap, tohex = tohex,
}
