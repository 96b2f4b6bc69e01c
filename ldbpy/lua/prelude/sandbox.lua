-- The functions a script sees, and the environment they are in.
local K = ...

local real, behind, host = K.real, K.behind, K.host
local type, error, select, setmetatable, tostring, unpack =
  real.type, real.error, real.select, real.setmetatable, real.tostring, real.unpack
local getmetatable, rawget, rawset, next, pairs, pcall, xpcall =
  real.getmetatable, real.rawget, real.rawset, real.next, real.pairs, real.pcall, real.xpcall
local loadstring, getfenv, setfenv, newproxy = real.loadstring, real.getfenv, real.setfenv, real.newproxy
local getinfo = real.debug.getinfo
local create, resume = real.coroutine.create, real.coroutine.resume
local concat, sub, dump = real.table.concat, real.string.sub, real.string.dump
local floor = real.math.floor
local argument_error, type_error, check_string, check_int, check_number =
  K.argument_error, K.type_error, K.check_string, K.check_int, K.check_number
local is_builtin, go_on, contents, READ_ONLY = K.is_builtin, K.go_on, K.contents, K.READ_ONLY
local check_caught, count_resume, watch_coroutine = K.check_caught, K.count_resume, K.watch_coroutine

local base = {}

-- Errors and protected calls ------------------------------------------------------------------------------------------

-- The real stack level of the `level`-th function as the server counts: one of ours and the C functions it calls
-- count as one. Starts at real level `start`, which is level 1.
local function virtual_level(level, start)
  local at = start - 1
  for _ = 1, level do
    at = at + 1
    local info = getinfo(at, "S")
    if info == nil then return at end
    while info.source == "=[C]" do
      local following = getinfo(at + 1, "S")
      if following == nil or following.source ~= "=[C]" or following.what == "C" then break end
      at = at + 1
    end
  end
  return at
end

function base.error(...)
  local message, level = ...
  local count = select("#", ...)
  if level == nil then
    level = 1
  elseif type(level) ~= "number" then
    level = check_int(level, 2, count)
  end
  if level >= 2 then
    level = virtual_level(level, 3) - 1
  elseif level > 0 then
    level = level + 1
  end
  error(message, level)
end

-- An error raised inside one of our functions, which is a stack overflow, without the position that is ours.
function K.plain(problem)
  if type(problem) == "string" and sub(problem, 1, 7) == "[C]:0: " then return sub(problem, 8) end
  return problem
end
local plain = K.plain

if K.features.pcall_gives_text then
  local function finish(ok, ...)
    if K.aborting then go_on() end
    if ok then return ok, ... end
    if type((...)) ~= "table" then
      check_caught((...))
      return ok, plain((...))
    end
    local text = (...).err
    if type(text) == "string" or type(text) == "number" then return false, text end
    return false, (...), text
  end
  function base.pcall(...)
    if select("#", ...) == 0 then return pcall(true) end
    return finish(pcall(...))
  end
else
  local function finish(ok, ...)
    if K.aborting then go_on() end
    if ok then return ok, ... end
    check_caught((...))
    return ok, plain((...))
  end
  function base.pcall(...)
    if select("#", ...) == 0 then argument_error(1, "value expected") end
    return finish(pcall(...))
  end
end

local function finish_protected(ok, ...)
  if K.aborting then go_on() end
  if not ok then check_caught((...)) end
  return ok, ...
end

function base.xpcall(...)
  if select("#", ...) < 2 then argument_error(2, "value expected") end
  local body, handler = ...
  if type(handler) ~= "function" or handler == K.error_handler then
    return finish_protected(xpcall(body, handler))
  end
  local handle, finish = K.handler_for_script(handler)
  return finish(xpcall(body, handle))
end

-- Tables ----------------------------------------------------------------------------------------------------------------

function base.next(...)
  local t, key = ...
  if type(t) ~= "table" then type_error(1, "table", t, select("#", ...)) end
  if behind[t] then t = contents(t) end
  return next(t, key)
end

local shown_next = base.next

function base.pairs(...)
  local t = ...
  if type(t) ~= "table" then type_error(1, "table", t, select("#", ...)) end
  if behind[t] then return shown_next, t, nil end
  return next, t, nil
end

-- Lua 5.1 reads past its stack if a range is as long as the integers go.
local MOST_VALUES = 8000

function base.unpack(...)
  local t, first, last = ...
  local count = select("#", ...)
  if type(t) ~= "table" then type_error(1, "table", t, count) end
  first = first == nil and 1 or check_int(first, 2, count)
  last = last == nil and #t or check_int(last, 3, count)
  if last - first >= MOST_VALUES - count then error("too many results to unpack", 2) end
  return unpack(...)
end

function base.rawget(...)
  local t, key = ...
  local count = select("#", ...)
  if type(t) ~= "table" then type_error(1, "table", t, count) end
  if count < 2 then argument_error(2, "value expected") end
  if behind[t] then t = contents(t) end
  return rawget(t, key)
end

function base.rawset(...)
  local t, key, value = ...
  local count = select("#", ...)
  if type(t) ~= "table" then type_error(1, "table", t, count) end
  if count < 2 then argument_error(2, "value expected") end
  if count < 3 then argument_error(3, "value expected") end
  if behind[t] then error(READ_ONLY, 0) end
  if K.shadowed and K.shadowed[t] then
    t[key] = value
    return t
  end
  rawset(t, key, value)
  return t
end

local metatable_of = {}   -- read-only table -> the metatable a script sees
K.metatable_of = metatable_of
local string_metatable = getmetatable("")

function base.getmetatable(...)
  local value = ...
  if select("#", ...) == 0 then argument_error(1, "value expected") end
  if value == K.null then return nil end
  local kind = type(value)
  if kind == "string" then return K.string_metatable end
  if kind == "table" and behind[value] then return metatable_of[value] end
  if kind == "userdata" and K.proxy_metatables then
    local shown = K.proxy_metatables[value]
    if shown then return shown end
  end
  return getmetatable(value)
end

function base.setmetatable(...)
  local t, metatable = ...
  local count = select("#", ...)
  if type(t) ~= "table" then type_error(1, "table", t, count) end
  if metatable ~= nil and type(metatable) ~= "table" or count < 2 then
    argument_error(2, "nil or table expected")
  end
  if behind[t] then error(READ_ONLY, 0) end
  local current = getmetatable(t)
  if current ~= nil and (type(current) ~= "table" or rawget(current, "__metatable") ~= nil) then
    error("cannot change a protected metatable", 2)
  end
  return setmetatable(t, metatable)
end

local table_library = {}
for name, value in pairs(real.table) do table_library[name] = value end

local insert = real.table.insert
function table_library.insert(...)
  local t, place = ...
  local count = select("#", ...)
  if type(t) ~= "table" then type_error(1, "table", t, count) end
  if behind[t] and (count == 2 or count == 3) then error(READ_ONLY, 0) end
  if count == 3 then
    if type(place) ~= "number" then check_number(place, 2, count) end
  elseif count ~= 2 then
    error("wrong number of arguments to 'insert'", 2)
  end
  insert(...)
end

local foreach = real.table.foreach
function table_library.foreach(...)
  local t, visit = ...
  local count = select("#", ...)
  if type(t) ~= "table" then type_error(1, "table", t, count) end
  if type(visit) ~= "function" then type_error(2, "function", visit, count) end
  return foreach(contents(t), visit)
end

-- Code ------------------------------------------------------------------------------------------------------------------

local environment   -- what scripts run in; set by K.open

-- A function compiled from text, made fit to run here. `dump` is handed to the host, which may give back other code.
function K.adopt(compiled)
  local chunk = dump(compiled)
  K.check_memory(2 * #chunk)
  local code, writes_globals = host.prepare(chunk)
  if code then compiled = loadstring(code) or error("not enough memory", 0) end
  setfenv(compiled, writes_globals and K.globals_to_write or environment)
  return compiled
end

K.run_in = setfenv

-- The server parses bytecode as text, which fails at its first byte.
local function as_text(source)
  return sub(source, 1, 1) == "\27" and " " .. source or source
end

local function compile(source, name)
  source = as_text(source)
  local compiled, problem = loadstring(source, name)
  if not compiled and problem ~= "not enough memory" then
    K.check_memory(2 * #source)
    source = host.without_nesting(source, problem)
    if source then compiled, problem = loadstring(source, name) end
  end
  if not compiled then
    check_caught(problem)
    return nil, problem
  end
  return K.adopt(compiled)
end

function base.loadstring(...)
  local source, name = ...
  local count = select("#", ...)
  source = check_string(source, 1, count)
  name = name == nil and source or check_string(name, 2, count)
  return compile(source, name)
end

function base.load(...)
  local reader, name = ...
  local count = select("#", ...)
  if type(reader) ~= "function" then type_error(1, "function", reader, count) end
  name = name == nil and "=(load)" or check_string(name, 2, count)
  local pieces, size = {}, 0
  while true do
    local ok, piece = pcall(reader)
    if K.aborting then go_on() end
    if not ok then
      check_caught(piece)
      return nil, piece
    end
    if piece == nil or piece == "" then break end
    if type(piece) ~= "string" and type(piece) ~= "number" then
      return nil, "reader function must return a string"
    end
    size = size + 1
    pieces[size] = piece
  end
  return compile(concat(pieces), name)
end

local string_library = {}
for name, value in pairs(real.string) do string_library[name] = value end
for name, value in pairs(K.patterns) do string_library[name] = value end

function string_library.dump(...)
  local body = ...
  if type(body) ~= "function" then type_error(1, "function", body, select("#", ...)) end
  if is_builtin(body) then error("unable to dump given function", 2) end
  return dump(body)
end

-- Coroutines ------------------------------------------------------------------------------------------------------------

local coroutine_library = {}
for name, value in pairs(real.coroutine) do coroutine_library[name] = value end

K.coroutine_library = coroutine_library

local function check_body(body)
  if type(body) ~= "function" or is_builtin(body) then
    argument_error(1, "Lua function expected", 2)
  end
end

function coroutine_library.create(body)
  check_body(body)
  local thread = create(body)
  watch_coroutine(thread)
  return thread
end

function coroutine_library.resume(...)
  if type((...)) ~= "thread" then argument_error(1, "coroutine expected") end
  count_resume()
  return finish_protected(resume(...))
end

-- What a coroutine gave the function that wraps it; an error with the position of that function's caller.
local function unwrapped(ok, ...)
  if K.aborting then go_on() end
  if ok then return ... end
  check_caught((...))
  error((...), 3)
end

function coroutine_library.wrap(body)
  check_body(body)
  local thread = create(body)
  watch_coroutine(thread)
  return function(...)
    count_resume()
    return unwrapped(resume(thread, ...))
  end
end

-- Numbers ---------------------------------------------------------------------------------------------------------------

local math_library = {}
for name, value in pairs(real.math) do math_library[name] = value end

function math_library.random(...)
  local count = select("#", ...)
  local r = host.random()
  if count == 0 then return r end
  local low, high = ...
  if count == 1 then
    high = check_int(low, 1, count)
    if high < 1 then argument_error(1, "interval is empty") end
    return floor(r * high) + 1
  elseif count == 2 then
    low, high = check_int(low, 1, count), check_int(high, 2, count)
    if low > high then argument_error(2, "interval is empty") end
    return floor(r * (high - low + 1)) + low
  end
  error("wrong number of arguments", 2)
end

function math_library.randomseed(...)
  host.seed(check_int((...), 1, select("#", ...)))
end

-- Environments of functions, and proxies, where the server still has them ------------------------------------------------

if K.features.lua_environments then
  local function checked_function(value, count)
    if type(value) == "function" then return value end
    local level = value == nil and 1 or check_int(value, 1, count, 2)
    if level < 0 then argument_error(1, "level must be non-negative", 2) end
    if level == 0 then return nil end
    local info = getinfo(virtual_level(level, 4) - 1, "f")
    if info == nil then argument_error(1, "invalid level", 2) end
    return info.func
  end

  function base.getfenv(...)
    local body = checked_function((...), select("#", ...))
    if body == nil or is_builtin(body) then return K.globals end
    local found = getfenv(body)
    return found == environment and K.globals or found
  end

  function base.setfenv(...)
    local body, new = ...
    local count = select("#", ...)
    if type(new) ~= "table" then type_error(2, "table", new, count) end
    if body == 0 then return end
    body = checked_function(body, count)
    if is_builtin(body) then error("'setfenv' cannot change environment of given object", 2) end
    setfenv(body, new)
    return body
  end

  -- A script's __gc would run where nothing can stop it. So the metatable it gets stands in front of the real one,
  -- which is told of everything but __gc.
  K.proxy_metatables = setmetatable({}, {__mode = "k"})
  K.shadowed = setmetatable({}, {__mode = "k"})

  local function shadow(metatable)
    local kept = {}
    local front = setmetatable({}, {
      __index = kept,
      __newindex = function(_, key, value)
        kept[key] = value
        if key ~= "__gc" and key ~= "__mode" then rawset(metatable, key, value) end
      end,
    })
    K.shadowed[front] = true
    return front
  end

  function base.newproxy(model)
    local kind = type(model)
    if kind == "nil" or model == false then return newproxy() end
    if model == true then
      local proxy = newproxy(true)
      K.proxy_metatables[proxy] = shadow(getmetatable(proxy))
      return proxy
    end
    local shown = kind == "userdata" and K.proxy_metatables[model]
    if not shown then argument_error(1, "boolean or proxy expected") end
    local proxy = newproxy(model)
    K.proxy_metatables[proxy] = shown
    return proxy
  end
end

if K.features.lua_print then
  -- On the server it writes to the server's own standard output.
  function base.print(...) end
end

-- The environment -------------------------------------------------------------------------------------------------------

local NATIVE = {
  "assert", "collectgarbage", "gcinfo", "ipairs", "rawequal", "select", "tonumber", "tostring", "type",
}
for i = 1, #NATIVE do base[NATIVE[i]] = real[NATIVE[i]] end
base._VERSION = "Lua 5.1"

-- Answers a read of what is not there (luaProtectedTableError).
function K.undefined(...)
  local count = select("#", ...)
  local _, name = ...
  if count ~= 2 then error("Wrong number of arguments to luaProtectedTableError", 2) end
  if type(name) ~= "string" and type(name) ~= "number" then
    error("Second argument to luaProtectedTableError must be a string or number", 2)
  end
  error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
end

-- Let reading what `t` does not have be an error, for scripts and for the read-only table in front of it.
function K.protect(t)
  local visible = {__index = K.undefined}
  setmetatable(t, {__index = K.undefined, __newindex = K.refuse_write})
  local front = K.read_only(t)
  metatable_of[front] = K.read_only(visible)
  return front
end

K.string_library = K.read_only(string_library)
local libraries = {
  coroutine = K.read_only(coroutine_library),
  math = K.read_only(math_library),
  string = K.string_library,
  table = K.read_only(table_library),
}
if K.features.lua_os then libraries.os = K.read_only({clock = real.os.clock}) end

-- A library of Redis, opened when it is first looked into.
function K.add_library(name, open)
  libraries[name] = K.read_only_later(open)
end

if K.features.string_metatable_read_only then
  string_metatable.__index = string_library
  K.string_metatable = K.read_only({__index = K.string_library})
else
  string_metatable.__index = K.string_library
  K.string_metatable = string_metatable
end

-- Make the environment scripts run in of everything above and `more`: `environment`, whose fields are there as they
-- are, so that reading a global is fast, and `globals`, the read-only _G in front of it.
function K.open(more)
  environment = {}
  for name, value in pairs(base) do environment[name] = value end
  for name, value in pairs(libraries) do environment[name] = value end
  for name, value in pairs(more) do environment[name] = value end
  K.globals = K.protect(environment)
  K.globals_to_write = K.globals
  rawset(environment, "_G", K.globals)
  K.environment = environment
end

-- Let functions compiled from now on run in `other`.
function K.use_environment(other)
  environment = other
  K.globals_to_write = other
end

return base
