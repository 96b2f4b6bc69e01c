-- cjson.decode.
local K = ...

local real, null = K.real, K.null
local setmetatable, tonumber, type = real.setmetatable, real.tonumber, real.type
local byte, char, find, format, match, sub, concat =
  real.string.byte, real.string.char, real.string.find, real.string.format, real.string.match, real.string.sub,
  real.table.concat
local floor, raise_from = real.math.floor, K.calls.raise_from

local LARGEST_STACK = 8000   -- LUAI_MAXCSTACK: slots a C function may take
local ARRAY_METATABLE = K.features.cjson_array_mt and K.read_only({__is_cjson_array = true})

-- The document, with a zero byte at its end as in C; the settings; the function the script called.
local document, settings, entry

-- Raise an error inside so many tables; each takes two levels of the stack.
local function raise(message, depth)
  document = nil
  raise_from(entry, message, 2 * depth)
end

-- READ[byte] reads the value that begins with that byte, at a place of the document. It gives the value and the place
-- after it, or nil, what is wrong and where. `depth` counts tables, `top` the slots of its stack the server uses.
local READ = {}

local function raise_unexpected(expected, found, at)
  raise(format("Expected %s but found %s at character %d", expected, found, at), 1)
end

local PUNCTUATION = {
  [0] = "T_END", [44] = "T_COMMA", [58] = "T_COLON",
  [91] = "T_ARR_BEGIN", [93] = "T_ARR_END", [123] = "T_OBJ_BEGIN", [125] = "T_OBJ_END",
}
local TOKENS = {string = "T_STRING", number = "T_NUMBER", boolean = "T_BOOLEAN", userdata = "T_NULL"}

-- Raise that what is at `at` is not what is expected there.
local function refuse(expected, at)
  local first = byte(document, at)
  local token = PUNCTUATION[first]
  if token then raise_unexpected(expected, token, at) end
  local read = READ[first]
  if not read then raise_unexpected(expected, "invalid token", at) end
  local value, problem, where = read(at)
  if value == nil then raise_unexpected(expected, problem, where) end
  raise_unexpected(expected, TOKENS[type(value)], at)
end

-- The next byte that is no white space, and its place.
local function skip(at)
  local next_byte = byte(document, at)
  if next_byte > 32 then return next_byte, at end
  at = find(document, "[^ \t\r\n]", at)
  return byte(document, at), at
end

-- Strings -------------------------------------------------------------------------------------------------------------

local UNESCAPED = {
  [34] = '"', [47] = "/", [92] = "\\", [98] = "\b", [102] = "\f", [110] = "\n", [114] = "\r", [116] = "\t",
}

local function utf8(code)
  if code < 128 then return char(code) end
  if code < 2048 then return char(192 + floor(code / 64), 128 + code % 64) end
  if code < 65536 then
    return char(224 + floor(code / 4096), 128 + floor(code / 64) % 64, 128 + code % 64)
  end
  return char(240 + floor(code / 262144), 128 + floor(code / 4096) % 64, 128 + floor(code / 64) % 64, 128 + code % 64)
end

-- The character a unicode escape stands for, and the place after it; nil if it is wrong.
local function read_unicode(at)
  local digits = match(document, "^%x%x%x%x", at + 2)
  if not digits then return nil end
  local code = tonumber(digits, 16)
  if code < 0xd800 or code > 0xdfff then return utf8(code), at + 6 end
  local low = code < 0xdc00 and match(document, "^\\u([dD][c-fC-F]%x%x)", at + 6)
  if not low then return nil end
  return utf8((code - 0xd800) * 1024 + tonumber(low, 16) - 0xdc00 + 65536), at + 12
end

-- A string with escapes in it, the first of them at `stop`.
local function read_escaped(at, stop)
  local pieces, count = {}, 0
  while true do
    count = count + 1
    pieces[count] = sub(document, at, stop - 1)
    local mark = byte(document, stop)
    if mark == 34 then return concat(pieces), stop + 1 end
    if mark == 0 then return nil, "unexpected end of string", stop end
    local escape = byte(document, stop + 1)
    local piece, following = UNESCAPED[escape], stop + 2
    if not piece then
      if escape ~= 117 then return nil, "invalid escape code", stop end
      piece, following = read_unicode(stop)
      if not piece then return nil, "invalid unicode escape code", stop end
    end
    count = count + 1
    pieces[count] = piece
    at, stop = following, find(document, '["\\%z]', following)
  end
end

local function read_string(at)
  local stop = find(document, '["\\%z]', at + 1)
  if byte(document, stop) == 34 then return sub(document, at + 1, stop - 1), stop + 1 end
  return read_escaped(at + 1, stop)
end
READ[34] = read_string

-- Numbers and words ---------------------------------------------------------------------------------------------------

-- What strtod would read, in the order to try: a pattern of it, and one of the exponent that may follow.
local NUMBERS = {
  {"^[-+]?0[xX]%x+%.?%x*", "^[pP][-+]?%d+"},
  {"^[-+]?0[xX]%.%x+", "^[pP][-+]?%d+"},
  {"^[-+]?%d+%.?%d*", "^[eE][-+]?%d+"},
  {"^[-+]?%.%d+", "^[eE][-+]?%d+"},
  {"^[-+]?[iI][nN][fF]", "^[iI][nN][iI][tT][yY]"},
  {"^[-+]?[nN][aA][nN]", "^%([0-9A-Za-z_]*%)"},
}

local function read_any_number(at)
  for i = 1, #NUMBERS do
    local _, last = find(document, NUMBERS[i][1], at)
    if last then
      local _, further = find(document, NUMBERS[i][2], last + 1)
      last = further or last
      return tonumber(sub(document, at, last)), last + 1
    end
  end
  return nil, "invalid number", at
end

-- Whether what strtod may take for a number is none in JSON.
local function is_odd_number(at)
  return find(document, "^-?0[0-9xX]", at) or find(document, "^%+", at)
    or find(document, "^-?[iI][nN][fF]", at) or find(document, "^-?[nN][aA][nN]", at)
end

local function read_number(at)
  if not settings.decode_invalid_numbers and is_odd_number(at) then return nil, "invalid number", at end
  local _, last, digits = find(document, "^(-?%d+%.?%d*[eE]?[-+]?%d*)", at)
  if last then
    local following = byte(document, last + 1)
    local number = following ~= 120 and following ~= 88 and tonumber(digits)
    if number then return number, last + 1 end
  end
  return read_any_number(at)
end

-- What begins with a letter of nan, inf and the like.
local function read_odd_number(at)
  if not settings.decode_invalid_numbers or not is_odd_number(at) then return nil, "invalid token", at end
  return read_any_number(at)
end

local function word_reader(word, value)
  local pattern, length = "^" .. word, #word
  return function(at)
    if find(document, pattern, at) then return value, at + length end
    return read_odd_number(at)
  end
end

READ[45] = read_number
for digit = 48, 57 do READ[digit] = read_number end
READ[43], READ[73], READ[78], READ[105] = read_odd_number, read_odd_number, read_odd_number, read_odd_number
READ[116], READ[102], READ[110] = word_reader("true", true), word_reader("false", false), word_reader("null", null)

-- Arrays and objects --------------------------------------------------------------------------------------------------

local function check_depth(depth, top, slots, at)
  if depth > settings.decode_max_depth or top + slots > LARGEST_STACK then
    raise(format("Found too many nested data structures (%d) at character %d", depth, at), depth)
  end
end

local function read_value(first, at, depth, top)
  local read = READ[first]
  if not read then refuse("value", at) end
  local value, following, where = read(at, depth, top)
  if value == nil then raise_unexpected("value", following, where) end
  return value, following
end

READ[91] = function(at, depth, top)
  depth = depth + 1
  check_depth(depth, top, 2, at)
  local t, count = {}, 0
  if settings.decode_array_with_array_mt then setmetatable(t, ARRAY_METATABLE) end
  local first
  first, at = skip(at + 1)
  if first == 93 then return t, at + 1 end
  while true do
    count = count + 1
    t[count], at = read_value(first, at, depth, top + 1)
    first, at = skip(at)
    if first == 93 then return t, at + 1 end
    if first ~= 44 then refuse("comma or array end", at) end
    first, at = skip(at + 1)
  end
end

local function read_key(first, at)
  if first ~= 34 then refuse("object key string", at) end
  local key, following, where = read_string(at)
  if not key then raise_unexpected("object key string", following, where) end
  first, at = skip(following)
  if first ~= 58 then refuse("colon", at) end
  return key, at + 1
end

READ[123] = function(at, depth, top)
  depth = depth + 1
  check_depth(depth, top, 3, at)
  local t = {}
  local first, key
  first, at = skip(at + 1)
  if first == 125 then return t, at + 1 end
  while true do
    key, at = read_key(first, at)
    first, at = skip(at)
    t[key], at = read_value(first, at, depth, top + 2)
    first, at = skip(at)
    if first == 125 then return t, at + 1 end
    if first ~= 44 then refuse("comma or object end", at) end
    first, at = skip(at + 1)
  end
end

-- Read a document; `caller` is the function whose caller errors are reported to.
return function(text, its_settings, caller)
  document, settings, entry = text .. "\0", its_settings, caller
  if #text > 1 and find(text, "^.?%z") then raise("JSON parser does not support UTF-16 or UTF-32", 1) end
  local first, at = skip(1)
  local value
  value, at = read_value(first, at, 0, 1)
  first, at = skip(at)
  if first ~= 0 then refuse("the end", at) end
  document = nil
  return value
end
