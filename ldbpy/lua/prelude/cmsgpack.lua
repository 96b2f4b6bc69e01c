-- lua-cmsgpack 0.4.0.
local K = ...

local real, floats = K.real, K.floats
local argument_error, check_string, check_number, to_integer =
  K.argument_error, K.check_string, K.check_number, K.to_integer
local error, next, select, type = real.error, real.next, real.select, real.type
local byte, char, format, sub, concat =
  real.string.byte, real.string.char, real.string.format, real.string.sub, real.table.concat
local floor, huge = real.math.floor, real.math.huge
local raise_from, give = K.calls.raise_from, K.calls.give
local word_bytes, double_words, single_word = floats.word_bytes, floats.double_words, floats.single_word
local to_double, to_single = floats.double, floats.single

local WORD, INT_MAX = 4294967296, 2147483647
local DEEPEST = 16             -- tables nested deeper are packed as nil
local LARGEST_STACK = 8000     -- LUAI_MAXCSTACK: slots a C function may take

-- Packing -------------------------------------------------------------------------------------------------------------

local buffer, size
local pack_value

local function short_bytes(number)
  return char(floor(number / 256), number % 256)
end

local function positive_bytes(number)
  if number <= 127 then return char(number) end
  if number <= 255 then return "\204" .. char(number) end
  if number <= 65535 then return "\205" .. short_bytes(number) end
  if number < WORD then return "\206" .. word_bytes(number) end
  return "\207" .. word_bytes(floor(number / WORD)) .. word_bytes(number % WORD)
end

local function negative_bytes(number)
  if number >= -32 then return char(number % 256) end
  if number >= -128 then return "\208" .. char(number % 256) end
  if number >= -32768 then return "\209" .. short_bytes(number % 65536) end
  if number >= -2147483648 then return "\210" .. word_bytes(number % WORD) end
  return "\211" .. word_bytes(floor(number / WORD) % WORD) .. word_bytes(number % WORD)
end

local function float_bytes(number)
  local word = single_word(number)
  if to_single(word) == number then return "\202" .. word_bytes(word) end
  local high, low = double_words(number)
  return "\203" .. word_bytes(high) .. word_bytes(low)
end

local function number_bytes(number)
  if number == floor(number) and number >= -9223372036854775808 and number < 9223372036854775808 then
    return number >= 0 and positive_bytes(number) or negative_bytes(number)
  end
  return float_bytes(number)
end

local function string_head(length)
  if length < 32 then return char(160 + length) end
  if length <= 255 then return "\217" .. char(length) end
  if length <= 65535 then return "\218" .. short_bytes(length) end
  return "\219" .. word_bytes(length)
end

-- What begins an array or a map: up to 15 items in one byte, then in 2 or 4 after a mark.
local function table_head(length, short, medium, long)
  if length <= 15 then return char(short + length) end
  if length <= 65535 then return medium .. short_bytes(length) end
  return long .. word_bytes(length)
end

-- The length of a table whose keys are 1, 2, ... and nothing else; nil of any other.
local function array_length(t)
  local count, largest = 0, 0
  for key in next, t do
    count = count + 1
    if key ~= count and (type(key) ~= "number" or key <= 0 or key > INT_MAX or key ~= floor(key)) then return nil end
    if key > largest then largest = key end
  end
  return count == largest and count or nil
end

local function pack_table(t, level)
  t = K.contents(t)
  local length = array_length(t)
  size = size + 1
  if length then
    buffer[size] = table_head(length, 144, "\220", "\221")
    for i = 1, length do pack_value(t[i], level + 1) end
    return
  end
  length = 0
  for _ in next, t do length = length + 1 end
  buffer[size] = table_head(length, 128, "\222", "\223")
  for key, value in next, t do
    pack_value(key, level + 1)
    pack_value(value, level + 1)
  end
end

function pack_value(value, level)
  local kind = type(value)
  local bytes = "\192"
  if kind == "number" then
    bytes = number_bytes(value)
  elseif kind == "string" then
    bytes = string_head(#value) .. value
  elseif kind == "boolean" then
    bytes = value and "\195" or "\194"
  elseif kind == "table" and level < DEEPEST then
    pack_table(value, level)
    return
  end
  size = size + 1
  buffer[size] = bytes
end

local function pack(...)
  local count = select("#", ...)
  if count == 0 then argument_error(0, "MessagePack pack needs input.") end
  if 2 * count > LARGEST_STACK then argument_error(0, "Too many arguments for MessagePack pack.") end
  buffer, size = {}, 0
  if count == 1 then
    pack_value((...), 0)
  else
    local args = {...}
    for i = 1, count do pack_value(args[i], 0) end
  end
  local packed = concat(buffer)
  buffer = nil
  return packed
end

-- Unpacking -----------------------------------------------------------------------------------------------------------

local MISSING, BAD = "Missing bytes in input.", "Bad data format in input."
local TOO_MANY = "stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)"

-- What is being unpacked, how long it is, and the function the script called for it.
local data, last, entry

local function raise(message)
  data = nil
  raise_from(entry, message)
end

-- These read what is at `at` and give the place after it and the value, or nil and what is wrong. `top` is the number
-- of slots of its stack the server uses at that point. READ[mark] reads what begins with that byte.
local READ = {}
local read_array, read_map, read_string

local function read_value(at, top)
  if at > last then return nil, MISSING end
  if top >= LARGEST_STACK then raise(TOO_MANY) end
  local mark = byte(data, at)
  if mark < 128 then return at + 1, mark end
  if mark >= 224 then return at + 1, mark - 256 end
  local after, value
  if mark < 144 then
    after, value = read_map(at + 1, mark - 128, top)
  elseif mark < 160 then
    after, value = read_array(at + 1, mark - 144, top)
  elseif mark < 192 then
    after, value = read_string(at + 1, mark - 160)
  else
    local read = READ[mark]
    if not read then return nil, BAD end
    after, value = read(at + 1, top)
  end
  return after, value
end

function read_string(at, length)
  local after = at + length
  if after - 1 > last then return nil, MISSING end
  return after, sub(data, at, after - 1)
end

function read_array(at, length, top)
  local t = {}
  if top + 1 >= LARGEST_STACK then raise("stack overflow (in function mp_decode_to_lua_array)") end
  for i = 1, length do
    local following, value = read_value(at, top + 2)
    if not following then return nil, value end
    t[i] = value
    at = following
  end
  return at, t
end

function read_map(at, length, top)
  local t = {}
  for _ = 1, length do
    local middle, key = read_value(at, top + 1)
    if not middle then return nil, key end
    local following, value = read_value(middle, top + 2)
    if not following then return nil, value end
    if key == nil then error("table index is nil", 0) end
    if key ~= key then error("table index is NaN", 0) end
    t[key] = value
    at = following
  end
  return at, t
end

-- The number in so many bytes, and the place after it.
local function read_length(at, width)
  if at + width > last + 1 then return nil, MISSING end
  local a, b, c, d = byte(data, at, at + width - 1)
  if width == 1 then return at + 1, a end
  if width == 2 then return at + 2, a * 256 + b end
  return at + 4, ((a * 256 + b) * 256 + c) * 256 + d
end

local function read_words(at)
  local following, high = read_length(at, 4)
  if not following then return nil, high end
  local after, low = read_length(following, 4)
  if not after then return nil, low end
  return after, high, low
end

READ[192] = function(at) return at, nil end
READ[194] = function(at) return at, false end
READ[195] = function(at) return at, true end

-- Unsigned integers of 1, 2 and 4 bytes, then signed ones.
for step, width in next, {[0] = 1, [1] = 2, [2] = 4} do
  local limit = 256 ^ width
  READ[204 + step] = function(at) return read_length(at, width) end
  READ[208 + step] = function(at)
    local after, number = read_length(at, width)
    if after and number >= limit / 2 then number = number - limit end
    return after, number
  end
end

-- Integers of 8 bytes are signed, whatever their mark says.
local function read_long(at)
  local after, high, low = read_words(at)
  if not after then return nil, high end
  if high >= 2147483648 then high = high - WORD end
  return after, high * WORD + low
end
READ[207], READ[211] = read_long, read_long

READ[202] = function(at)
  local after, word = read_length(at, 4)
  if not after then return nil, word end
  return after, to_single(word)
end

READ[203] = function(at)
  local after, high, low = read_words(at)
  if not after then return nil, high end
  return after, to_double(high, low)
end

-- What reads something whose length is in so many bytes before it.
local function after_length(width, read)
  return function(at, top)
    local following, length = read_length(at, width)
    if not following then return nil, length end
    local after, value = read(following, length, top)
    return after, value
  end
end

READ[217], READ[218], READ[219] =
  after_length(1, read_string), after_length(2, read_string), after_length(4, read_string)
READ[220], READ[221] = after_length(2, read_array), after_length(4, read_array)
READ[222], READ[223] = after_length(2, read_map), after_length(4, read_map)

local function as_int(number)
  number = number % WORD
  return number > INT_MAX and number - WORD or number
end

-- Unpack up to `limit` values from `offset` on, into a list that begins with the next offset; everything, into a list
-- of only values, if both are 0. Gives the list and its length.
local function unpack_list(text, limit, offset, caller)
  data, last, entry = text, #text, caller
  if offset < 0 or limit < 0 then
    raise(format("Invalid request to unpack with offset of %d and limit of %d.", as_int(offset), as_int(last)))
  elseif offset > last then
    raise(format("Start offset %d greater than input length %d.", as_int(offset), as_int(last)))
  end
  local everything = limit == 0 and offset == 0
  local results, first = {}, everything and 0 or 1
  local at, count = offset + 1, 0
  if everything then limit = huge end
  while at <= last and count < limit do
    local following, value = read_value(at, 1 + count)
    if not following then raise(value) end
    at, count = following, count + 1
    results[first + count] = value
  end
  data = nil
  if everything then return results, count end
  if count + 1 >= LARGEST_STACK then raise("stack overflow (in function mp_unpack_full)") end
  results[1] = at > last and -1 or at - 1
  return results, count + 1
end

local function unpack_all(...)
  local text = check_string((...), 1, select("#", ...))
  return give(unpack_list(text, 0, 0, unpack_all))
end

local function unpack_one(...)
  local count = select("#", ...)
  local text, offset = ...
  offset = offset == nil and 0 or to_integer(check_number(offset, 2, count))
  text = check_string(text, 1, count)
  return give(unpack_list(text, 1, offset, unpack_one))
end

local function unpack_limit(...)
  local count = select("#", ...)
  local text, limit, offset = ...
  limit = to_integer(check_number(limit, 2, count))
  offset = offset == nil and 0 or to_integer(check_number(offset, 3, count))
  text = check_string(text, 1, count)
  return give(unpack_list(text, limit, offset, unpack_limit))
end

-- Filled in the order the server does it, so that it is traversed in the same order.
local library = {}
library.pack = pack
library.unpack = unpack_all
library.unpack_one = unpack_one
library.unpack_limit = unpack_limit
library._NAME = "cmsgpack"
library._VERSION = "lua-cmsgpack 0.4.0"
library._COPYRIGHT = K.facts.msgpack_copyright
library._DESCRIPTION = "MessagePack C implementation for Lua"
return library
