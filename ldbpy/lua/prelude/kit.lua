-- What every other file of the prelude builds on: the real functions, argument checks that read like those of C
-- functions, read-only tables, and the limits.
--
-- The prelude's functions stand in for functions that are C on the server. Their source is "=[C]", as a C function's
-- is, and they carry no line numbers, so an error's position is the script's. They never end in a tail call where
-- they may raise: that would take away the frame whose position is meant.
--
-- In: `host`, functions of the host; `features`, a set of names; `facts`, values of the flavor.
local host, features, facts = ...

local K = {host = host, features = features, facts = facts}

local type, error, tostring, tonumber, select, getmetatable, setmetatable, rawget, next, pcall =
  type, error, tostring, tonumber, select, getmetatable, setmetatable, rawget, next, pcall
local getinfo, sethook = debug.getinfo, debug.sethook
local format, match = string.format, string.match
local floor, huge = math.floor, math.huge

-- The functions as they are, before the sandbox hides some and wraps others.
local real = {}
for name, value in pairs(_G) do
  if type(value) == "table" then
    local copy = {}
    for field, member in pairs(value) do copy[field] = member end
    value = copy
  end
  real[name] = value
end
K.real = real

-- Whether a function or stack level is C on the server: really C, or one of ours.
local function is_builtin(what)
  local info = getinfo(what, "S")
  return info ~= nil and info.source == "=[C]"
end
K.is_builtin = is_builtin

-- Arguments ----------------------------------------------------------------------------------------------------------

-- Raise what luaL_argerror raises. `depth` is how many of our own functions lie between this one and the one whose
-- argument it is, itself included: 1 if it calls directly.
function K.argument_error(number, message, depth)
  depth = (depth or 1) + 1
  local info = getinfo(depth, "n")
  if info.namewhat == "method" then
    number = number - 1
    if number == 0 then
      error(format("calling '%s' on bad self (%s)", info.name, message), depth + 1)
    end
  end
  error(format("bad argument #%d to '%s' (%s)", number, info.name or "?", message), depth + 1)
end
local argument_error = K.argument_error

-- Raise that an argument is of the wrong type. `count` is how many arguments there are.
function K.type_error(number, expected, value, count, depth)
  local got = number > count and "no value" or type(value)
  argument_error(number, expected .. " expected, got " .. got, (depth or 1) + 1)
end
local type_error = K.type_error

-- A string argument; numbers are strings too.
function K.check_string(value, number, count, depth)
  local kind = type(value)
  if kind == "string" then return value end
  if kind == "number" then return tostring(value) end
  type_error(number, "string", value, count, (depth or 1) + 1)
end

-- A number argument; strings that read as one are numbers too.
function K.check_number(value, number, count, depth)
  if type(value) == "number" then return value end
  local converted = type(value) == "string" and tonumber(value)
  if converted then return converted end
  type_error(number, "number", value, count, (depth or 1) + 1)
end
local check_number = K.check_number

-- The integer a C cast of a number to 64 bits gives: toward zero, and the smallest where it does not fit.
function K.to_integer(number)
  if number ~= number or number >= 9223372036854775808 or number < -9223372036854775808 then
    return -9223372036854775808
  end
  return number < 0 and -floor(-number) or floor(number)
end

-- An integer argument of 32 bits, as a C cast leaves it.
function K.check_int(value, number, count, depth)
  local integer = K.to_integer(check_number(value, number, count, (depth or 1) + 1)) % 4294967296
  return integer >= 2147483648 and integer - 4294967296 or integer
end

-- A table argument.
function K.check_table(value, number, count, depth)
  if type(value) ~= "table" then type_error(number, "table", value, count, (depth or 1) + 1) end
end

-- Read-only tables ---------------------------------------------------------------------------------------------------

-- On the server a flag in the table protects it. Here what a script holds is an empty table in front of the real one.
local behind = {}
K.behind = behind

local READ_ONLY = "Attempt to modify a readonly table"
K.READ_ONLY = READ_ONLY

local function refuse_write()
  error(READ_ONLY, 2)
end
K.refuse_write = refuse_write

-- A read-only table in front of `contents`.
function K.read_only(contents)
  local front = setmetatable({}, {__index = contents, __newindex = refuse_write})
  behind[front] = contents
  return front
end

local pending = {}   -- a read-only table whose contents are not there yet -> what gets them

-- A read-only table whose contents `load` gives when it is first looked into; nil and true if the script has to end.
function K.read_only_later(load)
  local metatable = {__newindex = refuse_write}
  local front = setmetatable({}, metatable)
  behind[front] = front
  local function fill()
    pending[front] = nil
    local loaded, stop = load()
    if stop then K.stop() end
    behind[front] = loaded
    metatable.__index = loaded
  end
  pending[front] = fill
  function metatable.__index(_, key)
    if pending[front] then fill() end
    return behind[front][key]
  end
  return front
end

-- The table that holds what `value` seems to hold.
function K.contents(value)
  local fill = pending[value]
  if fill then fill() end
  return behind[value] or value
end

-- cjson.null: light userdata on the server, which prints without an address and has no metatable.
local null = real.newproxy(true)
getmetatable(null).__tostring = function() return "userdata: (nil)" end
K.null = null

-- Limits -------------------------------------------------------------------------------------------------------------

-- Once the host wants the script to end, `abort` is raised again at every turn: no pcall can keep the script alive.
local abort = {}
K.abort = abort
K.aborting = false

local tick = host.tick
local STEP = facts.hook_step

local function hook()
  if K.aborting or tick() then
    if not K.aborting then
      K.aborting = true
    end
    sethook(hook, "", 1)
    error(abort, 0)
  end
end

function K.watch(thread)
  if thread then
    sethook(thread, hook, "", STEP)
  else
    sethook(hook, "", STEP)
  end
end

function K.unwatch()
  sethook()
end

-- Raise `abort` if the host wants the script to end. To be called after every protected call.
function K.go_on()
  if K.aborting then error(abort, 0) end
end

-- End the script from inside one of our functions.
function K.stop()
  K.aborting = true
  error(abort, 0)
end

return K
