-- Doubles and floats as the words they are made of (IEEE 754), for cmsgpack and struct.
local K = ...

local real = K.real
local find, tostring, tonumber, char = real.string.find, real.tostring, real.tonumber, real.string.char
local floor, frexp, ldexp, huge = real.math.floor, real.math.frexp, real.math.ldexp, real.math.huge

local TOP_BIT, WORD = 2147483648, 4294967296
local TO_INTEGER = 4503599627370496   -- adding 2^52 to a smaller number rounds it to an integer, half to even
local NAN, NEGATIVE_NAN = tonumber("nan"), tonumber("-nan")

local floats = {}

-- A positive double or zero, or NaN, whatever the sign; and the top bit, if it has a sign.
local function without_sign(number)
  if number ~= number then return number, find(tostring(number), "^%-") and TOP_BIT or 0 end
  if number < 0 or number == 0 and 1 / number < 0 then return -number, TOP_BIT end
  return number, 0
end

-- The high and the low half of a double.
function floats.double_words(number)
  local sign
  number, sign = without_sign(number)
  if number == 0 then return sign, 0 end
  if number ~= number then return sign + 0x7ff80000, 0 end
  if number == huge then return sign + 0x7ff00000, 0 end
  local fraction, exponent = frexp(number)
  if exponent < -1021 then
    fraction = ldexp(number, 1074)
    return sign + floor(fraction / WORD), fraction % WORD
  end
  fraction = fraction * 9007199254740992
  return sign + (exponent + 1021) * 1048576 + floor(fraction / WORD), fraction % WORD
end

function floats.double(high, low)
  local negative = high >= TOP_BIT
  if negative then high = high - TOP_BIT end
  local exponent = floor(high / 1048576)
  local fraction = high % 1048576 * WORD + low
  local number
  if exponent == 2047 then
    if fraction > 0 then return negative and NEGATIVE_NAN or NAN end
    number = huge
  elseif exponent == 0 then
    number = ldexp(fraction, -1074)
  else
    number = ldexp(fraction + 4503599627370496, exponent - 1075)
  end
  return negative and -number or number
end

-- The float nearest to a double.
function floats.single_word(number)
  local sign
  number, sign = without_sign(number)
  if number == 0 then return sign end
  if number ~= number then return sign + 0x7fc00000 end
  local fraction, exponent = frexp(number)
  if number == huge or exponent > 128 then return sign + 0x7f800000 end
  if exponent < -125 then
    return sign + (ldexp(number, 149) + TO_INTEGER - TO_INTEGER)
  end
  -- Where rounding makes the fraction too large, the sum carries into the exponent, up to infinity.
  return sign + (exponent + 125) * 8388608 + (fraction * 16777216 + TO_INTEGER - TO_INTEGER)
end

function floats.single(word)
  local negative = word >= TOP_BIT
  if negative then word = word - TOP_BIT end
  local exponent, fraction = floor(word / 8388608), word % 8388608
  local number
  if exponent == 255 then
    if fraction > 0 then return negative and NEGATIVE_NAN or NAN end
    number = huge
  elseif exponent == 0 then
    number = ldexp(fraction, -149)
  else
    number = ldexp(fraction + 8388608, exponent - 150)
  end
  return negative and -number or number
end

-- The four bytes of a word, the highest first.
function floats.word_bytes(word)
  local low = word % 65536
  local high = (word - low) / 65536
  return char(floor(high / 256), high % 256, floor(low / 256), low % 256)
end

return floats
