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

local type, error, tostring, tonumber, getmetatable, setmetatable, pcall =
  type, error, tostring, tonumber, getmetatable, setmetatable, pcall
local getinfo, sethook = debug.getinfo, debug.sethook
local find, format = string.find, string.format
local floor = math.floor

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
    K.check_memory()
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

local step = STEP   -- instructions between two looks; the host makes it smaller where they take long
local events, on_line = ""   -- what else the hook is called for
local counted = true         -- whether it is called after instructions, not lines alone: every loop and call begins one
local LINE = 10              -- instructions a line is taken for
local lines = 0              -- that have begun since the last look

-- Called after that many instructions. The host answers how many may follow; nil or 0 ends the script. Called for
-- lines, it counts those: after a call for instructions, Lua 5.4 would tell the line under way a second time.
local function hook(event, line)
  if event == "line" then
    lines = lines + 1
    if lines * LINE < step then return on_line(line) end
  end
  lines = 0
  local following = not K.aborting and tick(step)
  if not following or following == 0 then
    K.aborting = true
    if getinfo(2, "f").func == K.run then return sethook() end   -- the script has ended
    sethook(hook, "", 1)
    error(abort, 0)
  end
  if following ~= step then
    step = following
    sethook(hook, events, counted and step or 0)
  end
  if event == "line" then return on_line(line) end
end

function K.watch()
  step = STEP / 4
  sethook(hook, events, counted and step or 0)
end

-- Have `visit` called before every line, from now on or from the next `watch`; what it calls last stands right above the
-- function of that line, in Lua 5.4.
function K.watch_lines(visit)
  events, on_line, counted = "l", visit, false
end

-- A coroutine's instructions are counted apart, and it may end before its count is full. So all of them together count
-- in parts of a step, of which a resume is one.
local PARTS = 100
local TURN = 10   -- parts a coroutine runs between two looks
local parts = 0

local function look_once_in_a_while(count)
  parts = parts + count
  if parts < PARTS and not K.aborting then return end
  parts = 0
  local following = not K.aborting and tick(STEP, true)
  if not following or following == 0 then
    K.aborting = true
    error(abort, 0)
  end
end

local function hook_of_coroutine()
  look_once_in_a_while(TURN)
end

function K.watch_coroutine(thread)
  sethook(thread, hook_of_coroutine, "", STEP / PARTS * TURN)
end

-- To be called before every resume.
function K.count_resume()
  parts = parts + 1
  if parts >= PARTS then look_once_in_a_while(0) end
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

local function stop_for_memory()
  host.out_of_memory()
  K.stop()
end

-- To be called with what a protected call caught. Some things are not for scripts to catch: that memory is used up, and
-- an exception of Python's that no function of the host has kept to itself. And where the stack overflows the hook cannot
-- be called either, so it is made up for here.
local python_metatable = debug.getmetatable(host.tick)
local metatable_of = debug.getmetatable

function K.check_caught(problem)
  local kind = type(problem)
  if kind == "string" then
    if problem == "not enough memory" then stop_for_memory() end
    if find(problem, "stack overflow", 1, true) or problem == "error in error handling" then
      local following = tick(1)
      if not following or following == 0 then K.stop() end
    end
  elseif kind == "userdata" and metatable_of(problem) == python_metatable then
    K.stop()
  end
end

-- An error handler for xpcall that calls a script's. It runs where the error was raised: for the error that ends the
-- script, that is inside the hook, and for an overflow it may be, where no other hook is called and nothing could stop a
-- handler. So the first is not handled, and the second only once the stack is unwound, by what takes xpcall's results.
function K.handler_for_script(handler)
  local late = {}
  local function handle(problem)
    if K.aborting then return problem end
    if type(problem) == "string" and find(problem, "stack overflow", 1, true) then
      late.problem = problem
      return late
    end
    return handler(problem)
  end
  local function finish(ok, ...)
    if K.aborting then error(abort, 0) end
    if ok then return ok, ... end
    if (...) ~= late then
      K.check_caught((...))
      return ok, ...
    end
    K.check_caught(late.problem)
    local done, told = pcall(handler, late.problem)
    if K.aborting then error(abort, 0) end
    if not done then K.check_caught(told) end
    return false, done and told or "error in error handling"
  end
  return handle, finish
end

-- Raise `abort` if `more` bytes cannot be had. To be called before what must not fail: handing values to the host.
local memory_used, MEMORY_LIMIT, collect = gcinfo, facts.memory_soft_limit, collectgarbage

function K.check_memory(more)
  if K.aborting then error(abort, 0) end
  local limit = MEMORY_LIMIT - (more or 0) / 1024
  if memory_used() <= limit then return end
  collect()
  if memory_used() > limit then stop_for_memory() end
end

-- Whether the values a script leaves behind fit, so that its reply can be handed over. To be called at its end.
function K.ends_in_limits()
  if memory_used() > MEMORY_LIMIT then
    collect()
    if memory_used() > MEMORY_LIMIT then
      host.out_of_memory()
      return false
    end
  end
  return not K.aborting
end

-- What opens a library out of the files of the prelude `needed` and `name`, those not loaded before. It is Lua that loads
-- them: while a coroutine runs, values that Python asks of Lua come with what lies on the stack below them.
local load_code = loadstring or load

function K.opener(name, needed)
  local function load_file(file)
    local code, stop = host.code(file)
    if stop then K.stop() end
    return load_code(code)(K)
  end
  return function()
    for i = 1, #needed do
      if K[needed[i]] == nil then K[needed[i]] = load_file(needed[i]) end
    end
    return load_file(name)
  end
end

return K
