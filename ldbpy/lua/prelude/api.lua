-- The redis table (server on Valkey).
local K = ...

local real, host, facts, features = K.real, K.host, K.facts, K.features
local type, error, select, tostring, tonumber, next, rawget, unpack =
  real.type, real.error, real.select, real.tostring, real.tonumber, real.next, real.rawget, real.unpack
local getinfo = real.debug.getinfo
local find, sub, gsub, match, concat, format =
  real.string.find, real.string.sub, real.string.gsub, real.string.match, real.table.concat, real.string.format
local NAME = facts.api_name

-- Error tables ----------------------------------------------------------------------------------------------------------

local error_table, raise

if features.error_tables then
  local function trimmed(text)
    return (gsub(gsub(text, "^[\r\n]+", ""), "[\r\n]+$", ""))
  end

  -- "CODE text" of what a message says; a leading "-" marks a message that has its own code (luaPushErrorBuff).
  local function coded(message)
    message = match(message, "^%Z*")
    if sub(message, 1, 1) == "-" then
      local space = find(message, " ", 1, true)
      if space then return sub(message, 2, space - 1) .. " " .. trimmed(sub(message, space + 1)) end
      message = sub(message, 2)
    end
    return "ERR " .. (features.one_word_errors_trimmed and trimmed(message) or message)
  end
  K.coded = coded

  function error_table(message)
    return {err = coded(message)}
  end

  -- Raise an error of one of our functions: a table, without a position.
  function raise(message)
    error(error_table(message), 0)
  end
else
  -- Before Redis 7.0 an error table's text names the caller, and what is raised is the text.
  function error_table(message, depth)
    local info = getinfo((depth or 1) + 2, "Sl")
    if info then message = format("%s: %d: %s", info.source, info.currentline, message) end
    return {err = message}
  end

  function raise(message)
    error(message, 0)
  end
end
K.raise = raise

-- Calls -----------------------------------------------------------------------------------------------------------------

-- host.call answers (value), or (nil, problem, where): the problem is the command's own error reply (`where` is nil),
-- the script may not make that call ("refused"), or its arguments are no command ("arguments"). A problem that is
-- `true` ends the script.
local function make_error(problem, where, depth)
  if features.error_tables then
    return {err = problem, ignore_error_stats_update = where ~= "arguments" or nil}
  end
  return where and error_table(problem, depth + 1) or {err = problem}
end

local host_call = host.call
local memory_used, MEMORY_LIMIT, check_memory = real.gcinfo, facts.memory_soft_limit, K.check_memory

-- Older servers write numbers with %.17g; C does that best.
if facts.numbers_as_g17 then
  local plain = host_call
  local function write_numbers(...)
    local args = {...}
    for i = 1, select("#", ...) do
      if type(args[i]) == "number" then args[i] = format("%.17g", args[i]) end
    end
    return plain(unpack(args, 1, select("#", ...)))
  end
  function host_call(...)
    for i = 1, select("#", ...) do
      if type((select(i, ...))) == "number" then return write_numbers(...) end
    end
    return plain(...)
  end
end

if facts.tell_lines then
  -- The line of the nearest caller that has lines: redis.call may have been called by pcall.
  local function tell_line()
    local level = 4
    local info = getinfo(level, "l")
    while info and info.currentline < 1 do
      level = level + 1
      info = getinfo(level, "l")
    end
    host.at(info and info.currentline or 0)
    if K.mark then K.mark() end
  end

  local plain = host_call
  function host_call(...)
    tell_line()
    return plain(...)
  end
end

local function call(...)
  if memory_used() > MEMORY_LIMIT then check_memory() end
  local value, problem, where = host_call(...)
  if problem ~= nil then
    if problem == true then K.stop() end
    local object = make_error(problem, where, 1)
    error(features.error_tables and object or object.err, 0)
  end
  return value
end

local function protected_call(...)
  if memory_used() > MEMORY_LIMIT then check_memory() end
  local value, problem, where = host_call(...)
  if problem ~= nil then
    if problem == true then K.stop() end
    return make_error(problem, where, 1)
  end
  return value
end

local api = {call = call, pcall = protected_call}

-- Replies ---------------------------------------------------------------------------------------------------------------

local WRONG_REPLY = "wrong number or type of arguments"

function api.error_reply(...)
  local message = ...
  if select("#", ...) ~= 1 or type(message) ~= "string" then
    local wrong = error_table(WRONG_REPLY)
    return wrong
  end
  if not features.error_tables then return {err = message} end
  local object = error_table(sub(message, 1, 1) == "-" and message or "-" .. message)
  return object
end

function api.status_reply(...)
  local message = ...
  if select("#", ...) ~= 1 or type(message) ~= "string" then
    local wrong = error_table(WRONG_REPLY)
    return wrong
  end
  return {ok = message}
end

-- The rest --------------------------------------------------------------------------------------------------------------

function api.sha1hex(...)
  if select("#", ...) ~= 1 then raise("wrong number of arguments") end
  local text = ...
  local kind = type(text)
  check_memory()
  return host.sha1hex(kind == "string" and text or kind == "number" and tostring(text) or "")
end

function api.log(...)
  local count = select("#", ...)
  if count < 2 then raise(NAME .. ".log() requires two arguments or more.") end
  local level = tonumber((...))
  if type((...)) ~= "number" and not (type((...)) == "string" and level) then
    raise("First argument must be a number (log level).")
  end
  level = K.to_integer(level)
  if level < 0 or level > 3 then raise(facts.bad_log_level) end
  local words = {}
  for i = 2, count do
    local word = (select(i, ...))
    local kind = type(word)
    if kind == "string" or kind == "number" then words[#words + 1] = word end
  end
  host.log(level, concat(words, " "), (getinfo(2, "l") or words).currentline)
end

function api.setresp(...)
  if select("#", ...) ~= 1 then raise(NAME .. ".setresp() requires one argument.") end
  local version = (...)
  version = tonumber(type(version) == "string" and version or type(version) == "number" and version or 0)
  version = version and K.to_integer(version) or 0
  if version ~= 2 and version ~= 3 then raise("RESP version must be 2 or 3.") end
  host.setresp(version)
end

function api.set_repl(...)
  if select("#", ...) ~= 1 then raise(facts.set_repl_arity) end
  local flags = (...)
  flags = (type(flags) == "number" or type(flags) == "string") and tonumber(flags) or 0
  flags = K.to_integer(flags)
  if flags < 0 or flags > 3 then
    raise("Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.")
  end
end

if features.acl_check_cmd then
  function api.acl_check_cmd(...)
    check_memory()
    local allowed, problem = host.acl_check_cmd(...)
    if problem ~= nil then
      if problem == true then K.stop() end
      raise(problem)
    end
    return allowed
  end
end

function api.replicate_commands()
  return host.replicate_commands()
end

function api.breakpoint()
  if K.mark then K.mark() end
  return host.breakpoint()
end

function api.debug(...)
  check_memory()
  host.debug((getinfo(2, "l") or facts).currentline, ...)
end

api.LOG_DEBUG, api.LOG_VERBOSE, api.LOG_NOTICE, api.LOG_WARNING = 0, 1, 2, 3
api.REPL_NONE, api.REPL_AOF, api.REPL_SLAVE, api.REPL_REPLICA, api.REPL_ALL = 0, 1, 2, 2, 3
for name, value in next, facts.api_values do api[name] = value end

-- How a script ends -----------------------------------------------------------------------------------------------------

-- What the server's error handler makes of an uncaught error: the error, where it was raised, its line. The position
-- is the second frame's, or the third's if the second is C.
local function source_of_error()
  local at = 3
  local info = getinfo(at, "Sl")
  if info and info.source == "=[C]" then
    while true do
      local following = getinfo(at + 1, "S")
      if following == nil or following.source ~= "=[C]" or following.what == "C" then break end
      at = at + 1
    end
    info = getinfo(at + 1, "Slf")
    if info and info.func == real.xpcall and getinfo(at + 2, "f").func == K.run then return nil end
  end
  return info
end

-- The error with the position of the script where one of our functions has put its own.
local function placed(problem)
  local text, at = K.plain(problem), 3
  local unplaced = text ~= problem and text == "stack overflow"
    or type(text) == "string" and find(text, "^invalid replacement value %(a %l+%)$")
  if not unplaced then return text end
  local info = getinfo(at, "Sl")
  while info and info.source == "=[C]" do
    at = at + 1
    info = getinfo(at, "Sl")
  end
  return info and format("%s:%d: %s", info.short_src, info.currentline, text) or text
end

-- The error, as (kind, text, source, line). `kind` is "abort", "error" or "unknown".
if features.error_tables then
  function K.handle(problem)
    if problem == K.abort then return {kind = "abort"} end
    if K.on_uncaught then K.on_uncaught(problem) end
    problem = placed(problem)
    local info = source_of_error()
    local handled = {kind = "error", source = info and info.source, line = info and info.currentline}
    if type(problem) ~= "table" then
      handled.text = "ERR " .. tostring(problem)
    else
      local text = problem.err
      if type(text) == "string" or type(text) == "number" then
        handled.text = text
      else
        handled.kind, handled.text = "unknown", "ERR unknown error"
      end
    end
    return handled
  end
else
  function K.handle(problem)
    if problem == K.abort then return {kind = "abort"} end
    if K.on_uncaught then K.on_uncaught(problem) end
    problem = placed(problem)
    local info = source_of_error()
    local handled = {kind = "error", source = info and info.source, line = info and info.currentline}
    if type(problem) == "string" or type(problem) == "number" then
      handled.text = problem
    else
      -- The handler itself fails to concatenate.
      handled.source, handled.line = "@err_handler_def", 9
      handled.text = "err_handler_def:9: attempt to concatenate local 'err' (a " .. type(problem) .. " value)"
    end
    return handled
  end
end

-- The handler is in reach of scripts; what it makes of an error is a table.
function K.error_handler(problem)
  if features.error_tables then
    local handled = type(problem) == "table" and problem or {err = "ERR " .. tostring(problem)}
    local info = source_of_error()
    if info then handled.source, handled.line = info.source, info.currentline end
    return handled
  end
  local info = source_of_error()
  return info and info.source .. ":" .. info.currentline .. ": " .. problem or problem
end

-- What the script returned, flattened for the host: a value as it is, or a table as a list of marks and values.
local MARKS = {
  array = "*", status = "+", error = "-", double = ",", map = "%", set = "~", big = "(", verbatim = "=", none = "_",
}

local flatten

local function flatten_pairs(t, out, mark, with_values)
  local size, count = #out, 0
  out[size + 1] = mark
  out[size + 2] = 0
  local key, value = next(t)
  while key ~= nil do
    count = count + 1
    flatten(key, out)
    if with_values then flatten(value, out) end
    key, value = next(t, key)
  end
  out[size + 2] = count
end

local function flatten_table(t, out)
  local contents = K.contents(t)
  local value = rawget(contents, "err")
  if type(value) == "string" then
    out[#out + 1] = MARKS.error
    out[#out + 1] = value
    return
  end
  value = rawget(contents, "ok")
  if type(value) == "string" then
    out[#out + 1] = MARKS.status
    out[#out + 1] = value
    return
  end
  value = rawget(contents, "double")
  if type(value) == "number" then
    out[#out + 1] = MARKS.double
    out[#out + 1] = format("%.17g", value)
    return
  end
  value = rawget(contents, "map")
  if type(value) == "table" then return flatten_pairs(K.contents(value), out, MARKS.map, true) end
  value = rawget(contents, "set")
  if type(value) == "table" then return flatten_pairs(K.contents(value), out, MARKS.set, false) end
  if features.rich_returns then
    value = rawget(contents, "big_number")
    if type(value) == "string" then
      out[#out + 1] = MARKS.big
      out[#out + 1] = features.big_numbers_end_at_zero and match(value, "^%Z*") or value
      return
    end
    value = rawget(contents, "verbatim_string")
    if type(value) == "table" then
      value = K.contents(value)
      local style, text = rawget(value, "format"), rawget(value, "string")
      if type(style) == "string" and type(text) == "string" then
        out[#out + 1] = MARKS.verbatim
        out[#out + 1] = style
        out[#out + 1] = text
        return
      end
    end
  end
  local size, count = #out, 0
  out[size + 1] = MARKS.array
  out[size + 2] = 0
  while true do
    local item = rawget(contents, count + 1)
    if item == nil then break end
    count = count + 1
    flatten(item, out)
  end
  out[size + 2] = count
end

local depth = 0
function flatten(value, out)
  local kind = type(value)
  if kind == "string" then
    out[#out + 1] = "$"
    out[#out + 1] = value
  elseif kind == "number" then
    out[#out + 1] = ":"
    out[#out + 1] = value
  elseif kind == "boolean" then
    out[#out + 1] = "#"
    out[#out + 1] = value
  elseif kind == "table" then
    depth = depth + 1
    if depth > facts.reply_depth then
      out[#out + 1] = MARKS.error
      out[#out + 1] = "ERR reached lua stack limit"
    else
      flatten_table(value, out)
    end
    depth = depth - 1
  else
    out[#out + 1] = MARKS.none
    out[#out + 1] = false
  end
end

-- Run a function under the limits. Gives true and the flattened value, or false and how it failed.
function K.run(body, ...)
  K.aborting = false
  if select("#", ...) > 0 then
    local inner, args = body, {...}
    function body()
      local value = inner(unpack(args))
      return value
    end
  end
  K.watch()
  local ok, value = real.xpcall(body, K.handle)
  local out, kind = nil, type(value)
  if ok and kind == "table" then
    out, depth = {}, 0
    local done, problem = real.pcall(flatten, value, out)
    if not done then ok, value, kind = false, problem, type(problem) end
  end
  K.unwatch()
  if not K.ends_in_limits() then return false, "abort" end
  if not ok then
    if kind ~= "table" then return false, "handler", value end
    return false, value.kind, value.text, value.source, value.line
  end
  if out then return true, nil, out end
  if kind == "string" or kind == "number" or kind == "boolean" then return true, value end
  return true, nil
end

function K.slice(list, first, last)
  return unpack(list, first, last)
end

-- Open the environment of a script: the API under its names, and `more`.
function K.open_script(more)
  local shown = K.read_only(api)
  more.redis = shown
  if NAME == "server" then
    more.server = shown
    more.__server__err__handler = K.error_handler
  end
  more.__redis__err__handler = K.error_handler
  K.open(more)
end

return api
