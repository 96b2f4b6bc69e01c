-- Values as the host is told of them: what they are, how large, and a handle to ask for the elements of a table with.
--
-- Nothing here runs code of the script's: tables are looked into raw. Each function gives one value: while a coroutine
-- runs, what Python gets comes behind what lies on the stack.
local K = ...

local real = K.real
local type, next, select, tostring, tonumber, rawget =
  real.type, real.next, real.select, real.tostring, real.tonumber, real.rawget
local rawlen = real.rawlen or function(t) return #t end   -- Lua 5.1 has no __len for tables
local number_type = real.math.type or function() end   -- Lua 5.1 has one type of numbers
local getinfo = real.debug.getinfo
local sub, gsub, format, find = real.string.sub, real.string.gsub, real.string.format, real.string.find

local V = {}

-- The table that holds what `t` seems to hold; `t` itself where that would have to be loaded, and cannot be any more.
local function contents(t)
  local ok, found = real.pcall(K.contents, t)
  return ok and found or t
end

V.contents = contents

-- The line of the script that is line `line` to Lua, in the function of `info`.
function V.line_of(info, line)
  return info.source == "@user_script" and line - K.facts.lines_before or line
end

-- A number as tostring writes it; with more digits where those would be another number.
local function number_text(value)
  local subtype, text = number_type(value), nil
  if subtype == "integer" then return tostring(value) end
  for precision = 14, 17 do
    text = format("%." .. precision .. "g", value)
    if tonumber(text) == value or value ~= value then break end
  end
  return subtype and find(text, "^%-?%d+$") and text .. ".0" or text
end

V.number_text = number_text

local handles, last_handle = {}, 0
local MOST_COUNTED, LONGEST = 100000, 4096

function V.forget()
  handles = {}
end

-- The handles made after `mark` was taken are no longer needed.
function V.mark()
  return last_handle
end

function V.release(mark)
  for handle = mark + 1, last_handle do handles[handle] = nil end
end

local function hold(value)
  last_handle = last_handle + 1
  handles[last_handle] = value
  return last_handle
end

local function count_elements(t, most)
  local count, key = 0, next(t)
  while key ~= nil and count < most do
    count = count + 1
    key = next(t, key)
  end
  return count, key == nil
end

-- Six values that describe one: kind, data, size, length, handle, whether all was counted.
local function describe(value, most)
  local kind = type(value)
  if kind == "nil" then return kind, false, 0, 0, 0, true end
  if kind == "string" then return kind, sub(value, 1, LONGEST), #value, 0, 0, true end
  if kind == "number" then return number_type(value) == "float" and "float" or kind, value, 0, 0, 0, true end
  if kind == "boolean" then return kind, value, 0, 0, 0, true end
  if kind == "table" then
    local t = contents(value)
    local count, counted = count_elements(t, most or MOST_COUNTED)
    return kind, false, count, rawlen(t), count > 0 and hold(value) or 0, counted
  end
  if kind == "function" then
    local info = getinfo(value, "S")
    local told = format("line %d", V.line_of(info, info.linedefined))
    if info.source == "=[C]" then told = "built in" elseif info.what == "main" then told = "a loaded chunk" end
    return kind, told, 0, 0, 0, true
  end
  if value == K.null then return "userdata", "null", 0, 0, 0, true end
  return kind, kind, 0, 0, 0, true
end

-- Append a name and what describes a value, one after the other: only so does Lua keep them in the order that the host
-- reads them in. `most`: how many elements of a table are counted.
local function add(out, name, value, most)
  local size = #out
  local kind, data, bytes, length, handle, counted = describe(value, most)
  out[size + 1] = name
  out[size + 2] = kind
  out[size + 3] = data
  out[size + 4] = bytes
  out[size + 5] = length
  out[size + 6] = handle
  out[size + 7] = counted
end

V.add = add

function V.describe_all(...)
  local out = {}
  for i = 1, select("#", ...) do add(out, "", (select(i, ...))) end
  return out
end

local RESERVED = {}
for word in real.string.gmatch("and break do else elseif end false for function if in local nil not or repeat return then "
    .. "true until while", "%a+") do
  RESERVED[word] = true
end

local function escaped(char)
  if char == "\n" then return "\\n" end
  if char == '"' or char == "\\" then return "\\" .. char end
  return format("\\%03d", real.string.byte(char))
end

local function key_text(key)
  local kind = type(key)
  if kind == "string" then
    if find(key, "^[%a_][%w_]*$") and not RESERVED[key] then return key end
    return '["' .. gsub(sub(key, 1, 200), '[%c"\\\127]', escaped) .. '"]'
  end
  if kind == "number" then return "[" .. number_text(key) .. "]" end
  return "[" .. (kind == "boolean" and tostring(key) or kind) .. "]"   -- tostring may run code of the script's
end

-- {elements, whether there are more}: `count` elements of a table after the first `start`, those of the list part in
-- order, then the others.
function V.elements(handle, start, count)
  local value = handles[handle]
  if value == nil then return nil end
  local t = contents(value)
  local out, length, at = {}, rawlen(t), 0
  for index = start + 1, length do
    if #out >= count * 7 then return {out, true} end
    add(out, key_text(index), rawget(t, index))
  end
  local skip = start > length and start - length or 0
  for key, element in next, t do
    local listed = type(key) == "number" and key >= 1 and key <= length and key % 1 == 0
    if not listed then
      at = at + 1
      if at > skip then
        if #out >= count * 7 then return {out, true} end
        add(out, key_text(key), element)
      end
    end
  end
  return {out, false}
end

return V
