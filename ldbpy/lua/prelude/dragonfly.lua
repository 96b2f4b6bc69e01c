-- What a script sees on Dragonfly: Lua 5.4 with its own functions, one writable environment, errors that are texts
-- (interpreter.cc and interpreter_polyfill.h of Dragonfly; see docs/explanation/how-faithful.md for what is left out).
local K = ...

local real, host, facts = K.real, K.host, K.facts
local type, error, select, tostring, tonumber, pcall, xpcall =
  real.type, real.error, real.select, real.tostring, real.tonumber, real.pcall, real.xpcall
local getmetatable, setmetatable, rawget, rawset, rawlen, next, load =
  real.getmetatable, real.setmetatable, real.rawget, real.rawset, real.rawlen, real.next, real.load
local getinfo, setupvalue = real.debug.getinfo, real.debug.setupvalue
local concat, format, match = real.table.concat, real.string.format, real.string.match
local number_type = real.math.type
local is_builtin, go_on, argument_error, type_error = K.is_builtin, K.go_on, K.argument_error, K.type_error

-- How much further down the script's lines are: the server puts it into a function, on the lines after the first.
local LINES_BEFORE = facts.lines_before

-- Functions -------------------------------------------------------------------------------------------------------------

local environment = {}

local NATIVE = {
  "assert", "collectgarbage", "error", "ipairs", "next", "pairs", "rawequal", "rawget", "rawlen", "rawset", "select",
  "tonumber", "tostring", "type", "unpack", "_VERSION",
}
for i = 1, #NATIVE do environment[NATIVE[i]] = real[NATIVE[i]] end

local function finish(ok, ...)
  if K.aborting then go_on() end
  if not ok then K.check_caught((...)) end
  return ok, ...
end

function environment.pcall(...)
  if select("#", ...) == 0 then argument_error(1, "value expected") end
  return finish(pcall(...))
end

function environment.xpcall(...)
  local body, handler = ...
  if type(handler) ~= "function" then type_error(2, "function", handler, select("#", ...)) end
  local handle, finish_handled = K.handler_for_script(handler)
  return finish_handled(xpcall(body, handle, select(3, ...)))
end

-- Text only: bytecode could do anything.
function environment.load(chunk, name, mode, ...)
  if select("#", ...) > 0 then return finish(load(chunk, name, "t", (...))) end
  return finish(load(chunk, name, "t", environment))
end

-- A finalizer would run where nothing can stop it: it is not there at the moment Lua looks for it.
function environment.setmetatable(...)
  local t, metatable = ...
  local count = select("#", ...)
  if type(t) ~= "table" then type_error(1, "table", t, count) end
  if count < 2 or metatable ~= nil and type(metatable) ~= "table" then
    type_error(2, "nil or table", metatable, count)
  end
  local current = getmetatable(t)
  if current ~= nil and (type(current) ~= "table" or rawget(current, "__metatable") ~= nil) then
    error("cannot change a protected metatable", 2)
  end
  local finalizer = type(metatable) == "table" and rawget(metatable, "__gc")
  if finalizer == nil or metatable == nil then return setmetatable(t, metatable) end
  rawset(metatable, "__gc", nil)
  setmetatable(t, metatable)
  rawset(metatable, "__gc", finalizer)
  return t
end

function environment.getmetatable(...)
  if select("#", ...) == 0 then argument_error(1, "value expected") end
  local value = ...
  return value ~= K.null and getmetatable(value) or nil
end

-- On the server they write to its own output.
function environment.print() end
function environment.warn() end

for _, name in next, {"math", "string", "table"} do
  environment[name] = real[name]
end
environment.math.frexp, environment.math.ldexp = nil, nil

function environment.table.getn(t)
  return #t
end

function environment.table.setn(t)
  error("setn is obsolete")
end

function environment.table.foreach(t, visit)
  for key, value in next, t do
    local result = visit(key, value)
    if result ~= nil then return result end
  end
end

function environment.table.foreachi(t, visit)
  for i = 1, #t do
    local result = visit(i, rawget(t, i))
    if result ~= nil then return result end
  end
end

-- The redis table -------------------------------------------------------------------------------------------------------

local redis = {}
environment.redis = redis

local function with_position(message, level)
  local info = getinfo(level + 1, "Sl")
  return info and format("%s: %d: %s", info.source, info.currentline, message) or message
end

-- A command's error as a script gets it: a code other than ERR stays, behind a dash.
local function of_command(message)
  return match(message, "^ERR (.*)$") or "-" .. message
end

local function numbers_as_text(...)
  local args = {...}
  for i = 1, select("#", ...) do
    if number_type(args[i]) == "float" then args[i] = format("%.17g", args[i]) end
  end
  return real.unpack(args, 1, select("#", ...))
end

local memory_used, MEMORY_LIMIT, check_memory = real.gcinfo, facts.memory_soft_limit, K.check_memory

-- The value, or nil and what went wrong.
local function run(...)
  if memory_used() > MEMORY_LIMIT then check_memory() end
  if facts.tell_lines then
    local level = 3
    local info = getinfo(level, "Sl")
    while info and (info.currentline < 1 or info.source == "=[C]") do
      level = level + 1
      info = getinfo(level, "Sl")
    end
    if K.mark then K.mark() end
    host.at(info and info.currentline - LINES_BEFORE or 0)
  end
  local value, problem, where = host.call(numbers_as_text(...))
  if problem == nil then return value end
  if problem == true then K.stop() end
  if where == "arguments" then return nil, with_position(problem, 3) end
  return nil, where and problem or of_command(problem)
end

function redis.call(...)
  local value, problem = run(...)
  if problem ~= nil then error(problem, 0) end
  return value
end

function redis.pcall(...)
  local value, problem = run(...)
  if problem ~= nil then return {err = problem} end
  return value
end

-- On the server these do not wait for the reply, and give none.
function redis.acall(...)
  local _, problem = run(...)
  if problem ~= nil then error(problem, 0) end
end

function redis.apcall(...)
  run(...)
end

local function single_field(field)
  return function(...)
    local text = ...
    if select("#", ...) ~= 1 or type(text) ~= "string" then
      return {err = with_position("wrong number or type of arguments", 2)}
    end
    return {[field] = text}
  end
end

redis.error_reply = single_field("err")
redis.status_reply = single_field("ok")

function redis.sha1hex(...)
  if select("#", ...) ~= 1 then error("wrong number of arguments", 0) end
  local text = ...
  local kind = type(text)
  check_memory()
  return host.sha1hex((kind == "string" or kind == "number") and tostring(text) or "")
end

function redis.replicate_commands()
  return 1
end

-- The server throws it away; here it is shown.
function redis.log(...)
  local count = select("#", ...)
  if count < 2 then error(with_position("redis.log() requires two arguments or more.", 2), 0) end
  local level = tonumber((...))
  local words = {}
  for i = 2, count do words[#words + 1] = tostring((select(i, ...))) end
  level = level and level >= 0 and level <= 3 and level // 1 | 0 or 2
  host.log(level, concat(words, " "), getinfo(2, "l").currentline - LINES_BEFORE)
end

-- How a script ends -----------------------------------------------------------------------------------------------------

-- The handler concatenates what it is given; where that fails, it is called again for its own error.
function K.handle(problem)
  if problem == K.abort then return {kind = "abort"} end
  if K.on_uncaught then K.on_uncaught(problem) end
  local kind = type(problem)
  if kind ~= "string" and kind ~= "number" then
    local text = format("err_handler_def:8: attempt to concatenate a %s value (local 'err')", kind)
    return {kind = "error", text = text, source = "@err_handler_def", line = 8}
  end
  local level = 2
  local info = getinfo(level, "S")
  if info and is_builtin(level + 1) then
    while is_builtin(level + 2) and getinfo(level + 2, "S").what ~= "C" do level = level + 1 end
    level = level + 1
  end
  info = getinfo(level, "Sl")
  return {kind = "error", text = tostring(problem), source = info and info.source, line = info and info.currentline}
end

-- What the script returned, flattened for the host: see api.lua.
local DEEPEST = 128

local function coded(message)
  return match(message, "^%-(.*)$") or "ERR " .. message
end

local function field(t, name)
  local ok, value = pcall(function() return t[name] end)
  return ok and value or nil
end

local flatten

local function flatten_table(t, out, depth)
  local text = field(t, "err")
  if type(text) == "string" then
    out[#out + 1] = "-"
    out[#out + 1] = coded(text)
    return
  end
  text = field(t, "ok")
  if type(text) == "string" then
    out[#out + 1] = "+"
    out[#out + 1] = text
    return
  end
  local map = field(t, "map")
  if type(map) == "table" then
    local size, count = #out, 0
    out[size + 1], out[size + 2] = "%", 0
    for key, value in next, map do
      count = count + 1
      flatten(key, out, depth + 1)
      flatten(value, out, depth + 1)
    end
    out[size + 2] = count
    return
  end
  out[#out + 1] = "*"
  out[#out + 1] = rawlen(t)
  for i = 1, rawlen(t) do flatten(rawget(t, i), out, depth + 1) end
end

local SIMPLE = {string = "$", boolean = "#"}

function flatten(value, out, depth)
  local kind = type(value)
  if kind == "table" then
    if depth > DEEPEST then error(out) end
    flatten_table(value, out, depth)
  elseif kind == "number" then
    out[#out + 1] = number_type(value) == "integer" and ":" or ","
    out[#out + 1] = value
  else
    out[#out + 1] = SIMPLE[kind] or "_"
    out[#out + 1] = SIMPLE[kind] and value or false
  end
end

function K.run(body)
  K.aborting = false
  K.watch()
  local ok, value = xpcall(body, K.handle)
  local out = {}
  if ok and not pcall(flatten, value, out, 1) then out = {"-", "ERR reached lua stack limit"} end
  K.unwatch()
  if not K.ends_in_limits() then return false, "abort" end
  if ok then return true, nil, out end
  if type(value) ~= "table" then return false, "handler", value end
  return false, value.kind, value.text, value.source, value.line
end

function K.slice(list, first, last)
  return real.unpack(list, first, last)
end

-- The environment -------------------------------------------------------------------------------------------------------

local compiled_of = setmetatable({}, {__mode = "k"})   -- what `adopt` gave -> what it was given

function K.adopt(compiled)
  setupvalue(compiled, 1, environment)
  local function script(...)
    local body = compiled()   -- here, under the limits: a script may close the function it is put into
    return body(...)
  end
  compiled_of[script] = compiled
  return script
end

-- Let what `adopt` gave run in another environment.
function K.run_in(script, other)
  setupvalue(compiled_of[script], 1, other)
end

function K.add_library(name, open)
  environment[name] = open()
end

local strict = {}

function strict.__newindex(t, name, value)
  local info = getinfo(2, "S")
  if info and info.what ~= "main" and info.what ~= "C" then
    error("Script attempted to create global variable '" .. tostring(name) .. "'", 2)
  end
  rawset(t, name, value)
end

function strict.__index(t, name)
  error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
end

function K.open_script(more)
  for name, value in next, more do environment[name] = value end
  environment._G = environment
  K.environment = environment
  setmetatable(environment, strict)
end
