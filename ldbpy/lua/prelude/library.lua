-- Function libraries: what is there while one is loaded, and while one of its functions runs.
local K = ...

local real = K.real
local type, select, next, setmetatable = real.type, real.select, real.next, real.setmetatable
local raise, api = K.raise, K.api
local NAME = K.facts.api_name

local functions          -- what the library has registered, in order; nil once it is loaded
local environment_meta   -- the metatable of the library's environment

-- A named argument as it is kept, nil if it is of the wrong type. As everywhere in C, a number is a string too.
local function text_of(value)
  local kind = type(value)
  return kind == "string" and value or kind == "number" and real.tostring(value) or nil
end

local FIELDS = {
  function_name = {text_of, "a string"},
  description = {text_of, "a string"},
  callback = {function(value) return type(value) == "function" and value or nil end, "a function"},
}

local function of(text)
  return (real.string.gsub(text, "REGISTER", NAME .. ".register_function"))
end

-- The flags of a table of them, as a list.
local function read_flags(t)
  if type(t) ~= "table" then raise(of("flags argument to REGISTER must be a table representing function flags")) end
  local flags, known = {}, K.facts.function_flags
  while t[#flags + 1] ~= nil do
    local flag = real.string.lower(text_of(t[#flags + 1]) or "")
    if not known[flag] then raise("unknown flag given") end
    flags[#flags + 1] = flag
  end
  return flags
end

local function read_named(t)
  local found = {}
  for key, value in next, K.contents(t) do
    local name = text_of(key)
    if not name then raise(of("named argument key given to REGISTER is not a string")) end
    name = real.string.lower(name)
    if name == "flags" then
      found.flags = read_flags(value)
    else
      local field = FIELDS[name]
      if not field then raise(of("unknown argument given to REGISTER")) end
      found[name] = field[1](value)
      if found[name] == nil then raise(of(name .. " argument given to REGISTER must be " .. field[2])) end
    end
  end
  if not found.function_name then raise(of("REGISTER must get a function name argument")) end
  if not found.callback then raise(of("REGISTER must get a callback argument")) end
  return found
end

-- Why the server would not take a function of that name now. Newer ones ask once the library has run.
local function refusal(name)
  if K.features.functions_checked_late then return nil end
  for i = 1, #functions do
    if functions[i].function_name == name then return "Function already exists in the library" end
  end
  K.check_memory()
  return K.host.check_function_name(name)
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
    name = text_of(name)
    if not name then raise(of("first argument to REGISTER must be a string")) end
    if type(callback) ~= "function" then raise(of("second argument to REGISTER must be a function")) end
    entry = {function_name = name, callback = callback}
  end
  local problem = refusal(entry.function_name)
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
