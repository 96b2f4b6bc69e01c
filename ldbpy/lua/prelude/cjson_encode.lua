-- cjson.encode.
local K = ...

local real, null = K.real, K.null
local next, rawget, setmetatable, type = real.next, real.rawget, real.setmetatable, real.type
local byte, find, format, gsub, concat =
  real.string.byte, real.string.find, real.string.format, real.string.gsub, real.table.concat
local floor, huge = real.math.floor, real.math.huge
local getmetatable, raise_from = real.debug.getmetatable, K.calls.raise_from
local marks_arrays = K.features.cjson_array_mt

local LARGEST_STACK = 8000   -- LUAI_MAXCSTACK: slots a C function may take
local WORD, INT_MAX = 4294967296, 2147483647

-- What is being written, the settings, and the function the script called.
local buffer, size, settings, entry
local number_format

local append_table

-- Raise an error inside so many tables; each takes two levels of the stack.
local function raise(message, depth)
  buffer = nil
  raise_from(entry, message, 2 * depth)
end

local function refuse(value, reason)
  raise("Cannot serialise " .. type(value) .. ": " .. reason, 1)
end

-- Scalars -------------------------------------------------------------------------------------------------------------

local SPECIAL = '[%z\1-\31"\\/\127]'
local ESCAPES = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["/"] = "\\/",
  ["\b"] = "\\b", ["\t"] = "\\t", ["\n"] = "\\n", ["\f"] = "\\f", ["\r"] = "\\r",
}
setmetatable(ESCAPES, {
  __index = function(_, control) return format("\\u%04x", byte(control)) end,
})

local function quoted(text)
  if find(text, SPECIAL) then text = gsub(text, SPECIAL, ESCAPES) end
  return '"' .. text .. '"'
end

-- A number as text, or as it is: then concatenation turns it into the same text.
local function number_text(number)
  if number ~= number or number == huge or number == -huge then
    local mode = settings.encode_invalid_numbers
    if mode == false then refuse(number, "must not be NaN or Inf") end
    if mode == "null" then return "null" end
    if number ~= number then return "nan" end
  end
  return number_format and format(number_format, number) or number
end

local function append_scalar(value)
  local kind = type(value)
  local text
  if kind == "string" then
    text = quoted(value)
  elseif kind == "number" then
    text = number_text(value)
  elseif kind == "boolean" then
    text = value and "true" or "false"
  elseif value == nil or value == null then
    text = "null"
  else
    refuse(value, "type not supported")
  end
  size = size + 1
  buffer[size] = text
end

-- Tables --------------------------------------------------------------------------------------------------------------

-- The largest key of a table whose keys are all positive integers, -1 for another one. On the server it is kept in a C
-- int, and what does not fit there becomes the smallest one.
local function sparse_length(t)
  local largest, count = 0, 0
  for key in next, t do
    if type(key) ~= "number" or key < 1 or key ~= floor(key) then return -1 end
    count = count + 1
    if key > largest then largest = key <= INT_MAX and key or -INT_MAX - 1 end
  end
  local ratio = settings.encode_sparse_ratio
  local acceptable = count * ratio % WORD
  if acceptable > INT_MAX then acceptable = acceptable - WORD end
  if ratio > 0 and largest > acceptable and largest > settings.encode_sparse_safe then
    if not settings.encode_sparse_convert then refuse(t, "excessively sparse array") end
    return -1
  end
  return largest
end

-- The length of the array a table is written as, and whether it has no holes; an object if that is not positive.
local function array_length(t)
  local count = 0
  for key in next, t do
    count = count + 1
    if key ~= count then return sparse_length(t), false end
  end
  return count, true
end

local function append_array(t, length, whole, depth, top)
  buffer[size + 1] = "["
  size = size + 1
  for i = 1, length do
    if i > 1 then
      size = size + 1
      buffer[size] = ","
    end
    local value = whole and t[i] or rawget(t, i)
    if type(value) == "table" then
      append_table(value, depth + 1, top + 1)
    else
      append_scalar(value)
    end
  end
  size = size + 1
  buffer[size] = "]"
end

local function append_object(t, depth, top)
  local mark = "{"
  for key, value in next, t do
    local kind = type(key)
    if kind == "string" then
      key = quoted(key)
    elseif kind == "number" then
      key = '"' .. number_text(key) .. '"'
    else
      refuse(key, "table key must be a number or string")
    end
    buffer[size + 1] = mark
    buffer[size + 2] = key
    buffer[size + 3] = ":"
    size = size + 3
    mark = ","
    if type(value) == "table" then
      append_table(value, depth + 1, top + 2)
    else
      append_scalar(value)
    end
  end
  size = size + 1
  buffer[size] = mark == "{" and "{}" or "}"
end

local function is_marked(t)
  local metatable = getmetatable(t)
  return metatable and rawget(K.contents(metatable), "__is_cjson_array")
end

-- `depth` counts tables, `top` the slots of its stack the server uses.
function append_table(t, depth, top)
  if depth > settings.encode_max_depth or top + 3 > LARGEST_STACK then
    raise(format("Cannot serialise, excessive nesting (%d)", depth), depth)
  end
  t = K.contents(t)
  if marks_arrays and is_marked(t) then
    append_array(t, #t, false, depth, top)
    return
  end
  local length, whole = array_length(t)
  if length > 0 then
    append_array(t, length, whole, depth, top)
  else
    append_object(t, depth, top)
  end
end

-- Write a value; `caller` is the function whose caller errors are reported to.
return function(value, its_settings, caller)
  buffer, size, settings, entry = {}, 0, its_settings, caller
  local precision = settings.encode_number_precision
  number_format = precision ~= 14 and "%." .. precision .. "g" or nil
  if type(value) == "table" then
    append_table(value, 1, 1)
  else
    append_scalar(value)
  end
  local text = concat(buffer)
  buffer = nil
  return text
end
