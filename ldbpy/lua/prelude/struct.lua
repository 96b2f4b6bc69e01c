-- struct 0.2 by Roberto Ierusalimschy, as Redis has it. Native is what x86-64 is: little endian, long of 8 bytes.
local K = ...

local real, floats = K.real, K.floats
local argument_error, check_string, check_number = K.argument_error, K.check_string, K.check_number
local error, select, tonumber, type, unpack, floor, huge =
  real.error, real.select, real.tonumber, real.type, real.unpack, real.math.floor, real.math.huge
local byte, find, format, match, rep, reverse, sub =
  real.string.byte, real.string.find, real.string.format, real.string.match, real.string.rep, real.string.reverse,
  real.string.sub
local concat = real.table.concat
local word_bytes, double_words, single_word = floats.word_bytes, floats.double_words, floats.single_word
local to_double, to_single = floats.double, floats.single

local WORD = 4294967296
local INT_MAX, LARGEST_INTEGER, DEFAULT_ALIGNMENT = 2147483647, 32, 8
local LARGEST_STACK = 8000
local OVERFLOW = "integral size overflow"

-- Formats -----------------------------------------------------------------------------------------------------------

local SIZES = {b = 1, B = 1, h = 2, H = 2, l = 8, L = 8, T = 8, f = 4, d = 8, x = 1}
local DEFAULT_SIZES = {c = 1, i = 4, I = 4}   -- of options that may be followed by a size
local KINDS = {
  b = "integer", B = "integer", h = "integer", H = "integer", l = "integer", L = "integer", T = "integer",
  i = "integer", I = "integer", f = "float", d = "double", x = "padding", c = "chars", s = "string",
}

-- The number at a place of a format, or `default`, and the place after it; nil if it is too large.
local function read_number(layout, at, default)
  local digits = match(layout, "^[0-9]+", at)
  if not digits then return default, at end
  local number = tonumber(digits)
  return number <= INT_MAX and number or nil, at + #digits
end

-- PADS[unit][position % 32]: how many bytes align something of that size; the formula gives odd results for sizes
-- that are no power of two, as on the server.
local PADS = {}

local function and_small(x, y)
  local sum, weight = 0, 1
  for _ = 1, 5 do
    sum = sum + x % 2 * (y % 2) * weight
    x, y, weight = floor(x / 2), floor(y / 2), weight * 2
  end
  return sum
end

local function pads_of(unit)
  local pads = PADS[unit]
  if not pads then
    pads = {}
    for position = 0, 31 do
      pads[position] = and_small(unit - and_small(position, unit - 1), unit - 1)
    end
    PADS[unit] = pads
  end
  return pads
end

-- What an option that is no value does to the `state` of a format. Gives the place after it, or nil and what is wrong
-- with it, and whether it is the argument that is wrong.
local function control(layout, option, at, state)
  if option == "<" or option == ">" then
    state.little = option == "<"
  elseif option == "!" then
    local alignment
    alignment, at = read_number(layout, at, DEFAULT_ALIGNMENT)
    if not alignment then return nil, OVERFLOW end
    local power = 1
    while power < alignment do power = power * 2 end
    if power ~= alignment then return nil, format("alignment %d is not a power of 2", alignment) end
    state.alignment = alignment
  elseif option ~= " " then
    return nil, "invalid format option '" .. option .. "'", true
  end
  return at
end

-- What is at a place of a format, as an item, and the place after it, or nil if the format is wrong there: then the
-- item has the problem, to be raised when it is its turn.
local function read_item(layout, at, state)
  local option = sub(layout, at, at)
  local item = {option = option, kind = KINDS[option] or "control", size = SIZES[option] or 0}
  at = at + 1
  if DEFAULT_SIZES[option] then
    item.size, at = read_number(layout, at, DEFAULT_SIZES[option])
    if not item.size then
      item.size_problem = OVERFLOW
      return item
    elseif option ~= "c" and item.size > LARGEST_INTEGER then
      item.size_problem = format("integral size %d is larger than limit of %d", item.size, LARGEST_INTEGER)
      return item
    end
  end
  item.little = state.little
  item.signed = find(option, "[bhli]") ~= nil
  if state.alignment > 1 and item.size > 1 and option ~= "c" then
    item.pads = pads_of(item.size < state.alignment and item.size or state.alignment)
  end
  if item.kind == "control" then
    at, item.problem, item.wrong_argument = control(layout, option, at, state)
  end
  return item, at
end

-- `struct.size` takes any letter or digit.
local function skips_problem(item)
  return item.wrong_argument and find(item.option, "[0-9A-Za-z]")
end

-- The items of a format up to the first that is wrong. Those of the last few formats are kept.
local compiled, compiled_count = {}, 0

local function compile(layout)
  local items = compiled[layout]
  if items then return items end
  if compiled_count == 50 then compiled, compiled_count = {}, 0 end
  items = {}
  local state = {little = true, alignment = 1}
  local at, last = 1, (find(layout, "%z") or #layout + 1) - 1
  while at and at <= last do
    local item, following = read_item(layout, at, state)
    items[#items + 1] = item
    at = following or (skips_problem(item) and at + 1)
  end
  compiled[layout], compiled_count = items, compiled_count + 1
  return items
end

-- Integers ------------------------------------------------------------------------------------------------------------

-- A number as 64 bits, as a C cast to an unsigned or, if negative, to a signed integer leaves it.
local function words_of(number)
  if number ~= number or number < -9223372036854775808 then return 2147483648, 0 end
  if number >= 18446744073709551616 then return 0, 0 end
  number = number < 0 and -floor(-number) or floor(number)
  return floor(number / WORD) % WORD, number % WORD
end

local function integer_bytes(number, size, little)
  local high, low = words_of(number)
  local bytes
  if size <= 4 then
    bytes = sub(word_bytes(low), 5 - size)
  elseif size <= 8 then
    bytes = sub(word_bytes(high), 9 - size) .. word_bytes(low)
  else
    bytes = rep("\0", size - 8) .. word_bytes(high) .. word_bytes(low)
  end
  return little and reverse(bytes) or bytes
end

local function word_at(bytes, at)
  local a, b, c, d = byte(bytes, at, at + 3)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

-- The integer in up to 32 bytes, of which the last 8 count.
local function integer_of(bytes, signed, little)
  if little then bytes = reverse(bytes) end
  local size = #bytes
  if size < 8 then bytes = rep("\0", 8 - size) .. bytes end
  local high, low = word_at(bytes, #bytes - 7), word_at(bytes, #bytes - 3)
  if not signed then return high * WORD + low end
  -- Beyond 8 bytes the server's shift count wraps around, and the sign is that of some byte within.
  local sign_bit = (size * 8 - 1) % 64
  if sign_bit < 32 then
    local limit = 2 ^ sign_bit
    if high > 0 or low >= limit then return low % limit - limit end
    return low
  end
  local limit = 2 ^ (sign_bit - 32)
  if high >= limit then high = high % limit - limit end
  return high * WORD + low
end

-- Packing -------------------------------------------------------------------------------------------------------------

local function in_order(bytes, little)
  return little and reverse(bytes) or bytes
end

local PACK_NUMBER = {
  integer = function(number, item) return integer_bytes(number, item.size, item.little) end,
  float = function(number, item) return in_order(word_bytes(single_word(number)), item.little) end,
  double = function(number, item)
    local high, low = double_words(number)
    return in_order(word_bytes(high) .. word_bytes(low), item.little)
  end,
}

-- Raise what is wrong with an item. `depth` as for K.argument_error.
local function raise_problem(item, depth)
  if item.wrong_argument then argument_error(1, item.problem, depth + 1) end
  error(item.size_problem or item.problem, depth + 2)
end

-- The bytes of a string argument. A missing argument is a nil on the server.
local function string_bytes(value, item, number)
  local text = check_string(value, number, number, 2)
  if item.kind == "string" then return text .. "\0" end
  if item.size == 0 then return text end
  if #text < item.size then argument_error(number + 1, "string too short", 2) end
  return sub(text, 1, item.size)
end

local function pack(...)
  local items = compile(check_string((...), 1, select("#", ...)))
  local args, number = {...}, 1
  local pieces, size = {}, 0
  for i = 1, #items do
    local item = items[i]
    if item.size_problem then raise_problem(item, 1) end
    local kind, bytes = item.kind, ""
    local pad = item.pads and item.pads[size % 32] or 0
    local pack_number = PACK_NUMBER[kind]
    if pack_number then
      number = number + 1
      bytes = pack_number(check_number(args[number], number, number), item)
    elseif kind == "padding" then
      bytes = "\0"
    elseif kind ~= "control" then
      number = number + 1
      bytes = string_bytes(args[number], item, number)
    elseif item.problem then
      raise_problem(item, 1)
    end
    if pad > 0 then bytes = rep("\0", pad) .. bytes end
    pieces[i] = bytes
    size = size + #bytes
  end
  return concat(pieces)
end

-- Unpacking -----------------------------------------------------------------------------------------------------------

-- A number as a C cast to size_t leaves it; infinite if it is beyond all strings.
local function to_size(number)
  if number >= 18446744073709551616 then return 0 end
  if number ~= number or number <= -1 then return huge end
  return number < 0 and 0 or floor(number)
end

-- What an item of a size known from the format stands for.
local UNPACK = {
  integer = function(bytes, item) return integer_of(bytes, item.signed, item.little) end,
  float = function(bytes, item) return to_single(word_at(in_order(bytes, item.little), 1)) end,
  double = function(bytes, item)
    bytes = in_order(bytes, item.little)
    return to_double(word_at(bytes, 1), word_at(bytes, 5))
  end,
  chars = function(bytes) return bytes end,
}

-- The size of a string whose length is the value before it.
local function size_before(results, count)
  local value = results[count]
  local size = count > 0 and (type(value) == "number" and value or tonumber(value))
  if not size then error("format 'c0' needs a previous size", 3) end
  return to_size(size)
end

local function optional_integer(value, number, count, default)
  if value == nil then return default end
  return K.to_integer(check_number(value, number, count, 2))
end

-- More results than one call of unpack can give.
local function give(results, count)
  if count < 3 then return unpack(results, 1, count) end
  return results[1], results[2], unpack(results, 3, count)
end

-- Positions count from 1 here, from 0 on the server. A negative one is a huge one there.
local function unpack_struct(...)
  local argument_count = select("#", ...)
  local layout, data, at = ...
  layout = check_string(layout, 1, argument_count)
  data = check_string(data, 2, argument_count)
  at = optional_integer(at, 3, argument_count, 1)
  if at == 0 then argument_error(3, "offset must be 1 or greater") end
  local items, after = compile(layout), #data + 1
  local results, count = {}, 0
  for i = 1, #items do
    local item = items[i]
    if item.size_problem then raise_problem(item, 1) end
    local kind, size = item.kind, item.size
    if item.pads then at = at + item.pads[(at - 1) % 32] end
    if at < 1 or at + size > after then argument_error(2, "data string too short") end
    if argument_count + count + 2 > LARGEST_STACK then error("stack overflow (too many results)", 2) end
    if kind == "string" then
      local zero = find(data, "\0", at, true)
      if not zero then error("unfinished string in data", 2) end
      size, count = zero - at + 1, count + 1
      results[count] = sub(data, at, zero - 1)
    elseif kind == "control" then
      if item.problem then raise_problem(item, 1) end
    elseif kind ~= "padding" then
      if kind == "chars" and size == 0 then
        size = size_before(results, count)
        count = count - 1
        if at + size > after then argument_error(2, "data string too short") end
      end
      count = count + 1
      results[count] = UNPACK[kind](sub(data, at, at + size - 1), item)
    end
    at = at + size
  end
  results[count + 1] = at
  return give(results, count + 1)
end

local function size(...)
  local items = compile(check_string((...), 1, select("#", ...)))
  local total = 0
  for i = 1, #items do
    local item = items[i]
    if item.size_problem then raise_problem(item, 1) end
    if item.pads then total = total + item.pads[total % 32] end
    if item.kind == "string" then
      argument_error(1, "option 's' has no fixed size")
    elseif item.kind == "chars" and item.size == 0 then
      argument_error(1, "option 'c0' has no fixed size")
    elseif item.problem and not skips_problem(item) then
      raise_problem(item, 1)
    end
    total = total + item.size
  end
  return total
end

return {pack = pack, unpack = unpack_struct, size = size}
