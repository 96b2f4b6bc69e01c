-- Function libraries: what is there while one is loaded, and while one of its functions runs.
local K = ...

local real = K.real
local type, select, next, setmetatable, setfenv = real.type, real.select, real.next, real.setmetatable, real.setfenv
local raise, api = K.raise, K.api
local NAME = K.facts.api_name

local functions          -- what the library has registered, in order; nil once it is loaded
local environment_meta   -- the metatable of the library's environment

local FIELDS = {
  function_name = {"string", "a string"},
  description = {"string", "a string"},
  callback = {"function", "a function"},
  flags = {"table", nil},
}

local function of(text)
  return (real.string.gsub(text, "REGISTER", NAME .. ".register_function"))
end

-- The flags of a table of them, as a list.
local function read_flags(t)
  local flags, known = {}, K.facts.function_flags
  for i = 1, #t do
    if type(t[i]) ~= "string" or not known[t[i]] then raise("unknown flag given") end
    flags[i] = t[i]
  end
  return flags
end

local function read_named(t)
  local found = {}
  for key, value in next, K.contents(t) do
    if type(key) ~= "string" then raise(of("named argument key given to REGISTER is not a string")) end
    local field = FIELDS[key]
    if not field then raise(of("unknown argument given to REGISTER")) end
    if type(value) ~= field[1] then
      if key == "flags" then raise(of("flags argument to REGISTER must be a table representing function flags")) end
      raise(of(key .. " argument given to REGISTER must be " .. field[2]))
    end
    found[key] = key == "flags" and read_flags(value) or value
  end
  if not found.function_name then raise(of("REGISTER must get a function name argument")) end
  if not found.callback then raise(of("REGISTER must get a callback argument")) end
  return found
end

local function register_function(...)
  local count = select("#", ...)
  local name, callback = ...
  if count < 1 or count > 2 then raise(of("wrong number of arguments to REGISTER")) end
  if not functions then raise(of("REGISTER can only be called on FUNCTION LOAD command")) end
  local entry
  if count == 1 then
    if type(name) ~= "table" then
      raise(of("calling REGISTER with a single argument is only applicable to Lua table (representing named arguments)."))
    end
    entry = read_named(name)
  else
    if type(name) ~= "string" then raise(of("first argument to REGISTER must be a string")) end
    if type(callback) ~= "function" then raise(of("second argument to REGISTER must be a function")) end
    entry = {function_name = name, callback = callback}
  end
  local problem = K.host.check_function_name(entry.function_name)
  if problem then raise(problem) end
  functions[#functions + 1] = entry
end

-- While a library is loaded only this is there.
local function load_time_globals()
  local shown = {register_function = register_function, log = api.log}
  for name, value in next, api do
    if type(value) ~= "function" and real.string.sub(name, 1, 5) ~= "REPL_" then shown[name] = value end
  end
  local front = K.protect(shown)
  local globals = {redis = front}
  if NAME == "server" then globals.server = front end
  setmetatable(globals, {__index = K.undefined})
  return globals
end

local NOT_IN_FUNCTIONS = {breakpoint = true, debug = true, replicate_commands = true}

local function run_time_globals()
  local shown = {}
  for name, value in next, api do
    if not NOT_IN_FUNCTIONS[name] then shown[name] = value end
  end
  local front = K.read_only(shown)
  K.open(NAME == "server" and {redis = front, server = front} or {redis = front})
  return K.environment
end

-- Open the environment of a library: an empty table, in front of first one set of globals, then the other.
function K.open_library()
  local run_time = run_time_globals()
  environment_meta = {__index = load_time_globals(), __newindex = K.refuse_write}
  K.run_time_globals = run_time
  K.use_environment(setmetatable({}, environment_meta))
  functions = {}
end

-- End loading. Gives the functions registered, each {function_name, callback, description, flags}.
function K.library_loaded()
  local registered = functions
  functions = nil
  environment_meta.__index = K.run_time_globals
  return registered
end
