-- struct 0.2 by Roberto Ierusalimschy, as Redis has it. Native is what x86-64 is: little endian, long of 8 bytes.
local K = ...

local real, floats = K.real, K.floats
local argument_error, check_string, check_number, to_integer =
  K.argument_error, K.check_string, K.check_number, K.to_integer
local error, select, tonumber, type, floor, huge =
  real.error, real.select, real.tonumber, real.type, real.math.floor, real.math.huge
local byte, find, format, match, rep, reverse, sub =
  real.string.byte, real.string.find, real.string.format, real.string.match, real.string.rep, real.string.reverse,
  real.string.sub
local concat, give = real.table.concat, K.calls.give
local word_bytes, double_words, single_word = floats.word_bytes, floats.double_words, floats.single_word
local to_double, to_single = floats.double, floats.single

local WORD = 4294967296
local INT_MAX, LARGEST_INTEGER, DEFAULT_ALIGNMENT = 2147483647, 32, 8
local LARGEST_STACK = 8000
local OVERFLOW = "integral size overflow"

-- Formats -------------------------------------------------------------------------------------------------------------

local SIZES = {b = 1, B = 1, h = 2, H = 2, l = 8, L = 8, T = 8, f = 4, d = 8, x = 1}
local SIGNED = {b = true, h = true, l = true, i = true}
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

-- The format being read: its byte order, its alignment, and the option read last.
local little, alignment
local item = {}

-- A format argument, which ends at a zero byte. What is read next is its first option.
local function begin_format(value, count)
  local layout = match(check_string(value, 1, count, 2), "^[^%z]*")
  little, alignment = true, 1
  item.size_problem, item.problem, item.wrong_argument = nil, nil, nil
  return layout
end

-- Do what an option says that is no value. Gives the place after it.
local function control(layout, option, at)
  if option == "<" or option == ">" then
    little = option == "<"
  elseif option == "!" then
    local wanted
    wanted, at = read_number(layout, at, DEFAULT_ALIGNMENT)
    local power = 1
    while power < (wanted or 0) do power = power * 2 end
    if not wanted then
      item.problem = OVERFLOW
    elseif power ~= wanted then
      item.problem = format("alignment %d is not a power of 2", wanted)
    else
      alignment = wanted
    end
  elseif option ~= " " then
    item.problem, item.wrong_argument = "invalid format option '" .. option .. "'", true
  end
  return at
end

-- Read the size that may follow an option. Gives it and the place after it.
local function read_size(layout, option, at)
  local size
  size, at = read_number(layout, at, DEFAULT_SIZES[option])
  if not size then
    item.size_problem = OVERFLOW
  elseif option ~= "c" and size > LARGEST_INTEGER then
    item.size_problem = format("integral size %d is larger than limit of %d", size, LARGEST_INTEGER)
  end
  return size, at
end

-- Read the option at a place of a format into `item`. Gives the place after it. What is wrong with it is to be raised
-- in its turn: with its size, at once; with the option itself, after what comes before its use.
local function read_item(layout, at)
  local option = sub(layout, at, at)
  local kind, size = KINDS[option] or "control", SIZES[option] or 0
  item.option, item.kind, item.pads = option, kind, nil
  at = at + 1
  if DEFAULT_SIZES[option] then
    size, at = read_size(layout, option, at)
  elseif kind == "control" then
    at = control(layout, option, at)
  end
  item.size = size
  if alignment > 1 and size and size > 1 and size <= LARGEST_INTEGER and option ~= "c" then
    item.pads = pads_of(size < alignment and size or alignment)
  end
  return at
end

-- Raise what is wrong with the option read last. `depth` as for K.argument_error.
local function raise_problem(depth)
  if item.wrong_argument then argument_error(1, item.problem, depth + 1) end
  error(item.size_problem or item.problem, depth + 2)
end

-- Bytes with the highest first in the order of the format, or the other way round.
local function in_order(bytes)
  return little and reverse(bytes) or bytes
end

-- Integers ------------------------------------------------------------------------------------------------------------

-- A number as 64 bits, as a C cast to an unsigned or, if negative, to a signed integer leaves it.
local function words_of(number)
  if number ~= number or number < -9223372036854775808 then return 2147483648, 0 end
  if number >= 18446744073709551616 then return 0, 0 end
  number = number < 0 and -floor(-number) or floor(number)
  return floor(number / WORD) % WORD, number % WORD
end

local function integer_bytes(number, size)
  local high, low = words_of(number)
  if size <= 4 then return sub(word_bytes(low), 5 - size) end
  if size <= 8 then return sub(word_bytes(high), 9 - size) .. word_bytes(low) end
  return rep("\0", size - 8) .. word_bytes(high) .. word_bytes(low)
end

local function word_at(bytes, at)
  local a, b, c, d = byte(bytes, at, at + 3)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

-- The integer in up to 32 bytes, of which the last 8 count.
local function integer_of(bytes, signed)
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

local PACK_NUMBER = {
  integer = function(number) return integer_bytes(number, item.size) end,
  float = function(number) return word_bytes(single_word(number)) end,
  double = function(number)
    local high, low = double_words(number)
    return word_bytes(high) .. word_bytes(low)
  end,
}

-- The bytes of a string argument. A missing argument is a nil on the server.
local function string_bytes(value, number)
  local text = check_string(value, number, number, 2)
  if item.kind == "string" then return text .. "\0" end
  if item.size == 0 then return text end
  if #text < item.size then argument_error(number + 1, "string too short", 2) end
  return sub(text, 1, item.size)
end

local function pack(...)
  local layout = begin_format((...), select("#", ...))
  local args, number = {...}, 1
  local pieces, count, size = {}, 0, 0
  local at, last = 1, #layout
  while at <= last do
    at = read_item(layout, at)
    if item.size_problem then raise_problem(1) end
    local kind, bytes = item.kind, ""
    local pad = item.pads and item.pads[size % 32] or 0
    local pack_number = PACK_NUMBER[kind]
    if pack_number then
      number = number + 1
      bytes = in_order(pack_number(check_number(args[number], number, number)))
    elseif kind == "padding" then
      bytes = "\0"
    elseif kind ~= "control" then
      number = number + 1
      bytes = string_bytes(args[number], number)
    elseif item.problem then
      raise_problem(1)
    end
    if pad > 0 then bytes = rep("\0", pad) .. bytes end
    count = count + 1
    pieces[count] = bytes
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

-- What the bytes of an option stand for.
local UNPACK = {
  integer = function(bytes) return integer_of(in_order(bytes), SIGNED[item.option]) end,
  float = function(bytes) return to_single(word_at(in_order(bytes), 1)) end,
  double = function(bytes)
    bytes = in_order(bytes)
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
  local checked = check_number(value, number, count, 2)
  return to_integer(checked)
end

-- The string up to the next zero byte, and how many bytes it takes with that.
local function read_terminated(data, position)
  local zero = find(data, "\0", position, true)
  if not zero then error("unfinished string in data", 3) end
  return sub(data, position, zero - 1), zero - position + 1
end

-- Positions count from 1 here, from 0 on the server. A negative one is a huge one there.
local function unpack_struct(...)
  local argument_count = select("#", ...)
  local layout, data, position = ...
  layout = begin_format(layout, argument_count)
  data = check_string(data, 2, argument_count)
  position = optional_integer(position, 3, argument_count, 1)
  if position == 0 then argument_error(3, "offset must be 1 or greater") end
  local after = #data + 1
  local results, count = {}, 0
  local at, last = 1, #layout
  while at <= last do
    at = read_item(layout, at)
    if item.size_problem then raise_problem(1) end
    local kind, size = item.kind, item.size
    if item.pads then position = position + item.pads[(position - 1) % 32] end
    if position < 1 or position + size > after then argument_error(2, "data string too short") end
    if argument_count + count + 2 > LARGEST_STACK then error("stack overflow (too many results)", 2) end
    local value
    if kind == "string" then
      value, size = read_terminated(data, position)
    elseif item.problem then
      raise_problem(1)
    elseif UNPACK[kind] then
      if kind == "chars" and size == 0 then
        size = size_before(results, count)
        count = count - 1
        if position + size > after then argument_error(2, "data string too short") end
      end
      value = UNPACK[kind](sub(data, position, position + size - 1))
    end
    if value ~= nil then
      count = count + 1
      results[count] = value
    end
    position = position + size
  end
  results[count + 1] = position
  return give(results, count + 1)
end

-- Letters and digits that are no options count for nothing here.
local function size(...)
  local layout = begin_format((...), select("#", ...))
  local total = 0
  local at, last = 1, #layout
  while at <= last do
    at = read_item(layout, at)
    if item.size_problem then raise_problem(1) end
    if item.pads then total = total + item.pads[total % 32] end
    if item.kind == "string" then
      argument_error(1, "option 's' has no fixed size")
    elseif item.kind == "chars" and item.size == 0 then
      argument_error(1, "option 'c0' has no fixed size")
    elseif item.problem then
      if not find(item.option, "^[0-9A-Za-z]") then raise_problem(1) end
      item.problem, item.wrong_argument = nil, nil
    end
    total = total + item.size
  end
  return total
end

return {pack = pack, unpack = unpack_struct, size = size}
