-- lua-cjson 2.1.0, as Redis has it: the library, its settings and their checks.
local K = ...

local argument_error, check_string, check_int = K.argument_error, K.check_string, K.check_int
local select, type, format, match = K.real.select, K.real.type, K.real.string.format, K.real.string.match
local encode, decode = K.cjson_encode, K.cjson_decode

local INT_MAX = 2147483647

-- Checks of arguments of the functions that read and change settings; `count` is how many arguments there are.

local function check_count(count, most)
  if count > most then argument_error(most + 1, "found too many arguments", 2) end
end

-- An integer if there is one, else `current`. A number out of range is always told to be the first argument.
local function integer_option(value, current, number, count, least, most)
  if value == nil then return current end
  value = check_int(value, number, count, 2)
  if value < least or value > most then
    argument_error(1, format("expected integer between %d and %d", least, most), 2)
  end
  return value
end

-- A boolean, or one of some words, if there is one, else `current`.
local function choice_option(value, current, count, choices)
  if value == nil then return current end
  if type(value) == "boolean" then return value end
  local word = match(check_string(value, 1, count, 2), "^[^%z]*")
  local choice = choices[word]
  if choice == nil then argument_error(1, format("invalid option '%s'", word), 2) end
  return choice
end

local SWITCH = {off = false, on = true}
local SWITCH_OR_NULL = {off = false, on = true, null = "null"}

local function default_settings()
  return {
    encode_sparse_convert = false,
    encode_sparse_ratio = 2,
    encode_sparse_safe = 10,
    encode_max_depth = 1000,
    decode_max_depth = 1000,
    encode_invalid_numbers = false,
    decode_invalid_numbers = true,
    encode_keep_buffer = true,
    encode_number_precision = 14,
    decode_array_with_array_mt = false,
  }
end

-- The functions that set one setting.

local function integer_setter(settings, name, most)
  return function(...)
    local count = select("#", ...)
    check_count(count, 1)
    settings[name] = integer_option((...), settings[name], 1, count, 1, most)
    return settings[name]
  end
end

local function choice_setter(settings, name, choices)
  return function(...)
    local count = select("#", ...)
    check_count(count, 1)
    settings[name] = choice_option((...), settings[name], count, choices)
    return settings[name]
  end
end

local function sparse_setter(settings)
  return function(...)
    local count = select("#", ...)
    check_count(count, 3)
    local convert, ratio, safe = ...
    settings.encode_sparse_convert = choice_option(convert, settings.encode_sparse_convert, count, SWITCH)
    settings.encode_sparse_ratio = integer_option(ratio, settings.encode_sparse_ratio, 2, count, 0, INT_MAX)
    settings.encode_sparse_safe = integer_option(safe, settings.encode_sparse_safe, 3, count, 0, INT_MAX)
    return settings.encode_sparse_convert, settings.encode_sparse_ratio, settings.encode_sparse_safe
  end
end

local function encoder(settings)
  local function encode_value(...)
    if select("#", ...) ~= 1 then argument_error(1, "expected 1 argument") end
    local text = encode((...), settings, encode_value)
    return text
  end
  return encode_value
end

local function decoder(settings)
  local function decode_text(...)
    if select("#", ...) ~= 1 then argument_error(1, "expected 1 argument") end
    local value = decode(check_string((...), 1, 1), settings, decode_text)
    return value
  end
  return decode_text
end

-- A library with settings of its own. Filled in the order the server does it, so that it is traversed in the same
-- order.
local function new()
  local settings = default_settings()
  local library = {}
  library.encode = encoder(settings)
  library.decode = decoder(settings)
  library.encode_sparse_array = sparse_setter(settings)
  library.encode_max_depth = integer_setter(settings, "encode_max_depth", INT_MAX)
  library.decode_max_depth = integer_setter(settings, "decode_max_depth", INT_MAX)
  library.encode_number_precision = integer_setter(settings, "encode_number_precision", 14)
  library.encode_keep_buffer = choice_setter(settings, "encode_keep_buffer", SWITCH)
  library.encode_invalid_numbers = choice_setter(settings, "encode_invalid_numbers", SWITCH_OR_NULL)
  library.decode_invalid_numbers = choice_setter(settings, "decode_invalid_numbers", SWITCH)
  if K.features.cjson_array_mt then
    library.decode_array_with_array_mt = choice_setter(settings, "decode_array_with_array_mt", SWITCH)
  end
  library.new = new
  library.null = K.null
  library._NAME = "cjson"
  library._VERSION = "2.1.0"
  return library
end

return new()
