-- The debugger's side within a script's state: where it stops, what it looks like there, and what is evaluated there.
--
-- An instrumented script calls `stop` before the statements in `armed`. The host decides; while it does, it calls the
-- functions of `D`, which find the script's frames below their own. Each gives one value: while a coroutine runs, what
-- Python gets comes behind what lies on the stack.
--
-- It runs in Lua 5.1 and 5.4.
local K = ...

local real, host = K.real, K.host
local type, error, pairs, next, pcall, xpcall, rawequal, select, setmetatable, tostring, unpack =
  real.type, real.error, real.pairs, real.next, real.pcall, real.xpcall, real.rawequal, real.select, real.setmetatable,
  real.tostring, real.unpack
local load, rawget = real.loadstring or real.load, real.rawget
local getinfo, getlocal, setlocal, getupvalue, setupvalue =
  real.debug.getinfo, real.debug.getlocal, real.debug.setlocal, real.debug.getupvalue, real.debug.setupvalue
local sethook = real.debug.sethook
local status, create, resume = real.coroutine.status, real.coroutine.create, real.coroutine.resume
local sub, gsub, format, find = real.string.sub, real.string.gsub, real.string.format, real.string.find

local V = K.values
local add, number_text, line_of = V.add, V.number_text, V.line_of

local D = {
  forget = V.forget, mark = V.mark, release = V.release, describe_all = V.describe_all, elements = V.elements,
}
K.debugger = D

local attempt = pcall    -- what calls what is evaluated while a statement is looked at
local busy = false       -- whether what runs is not the script, but something that is evaluated for the debugger
local checking = false   -- whether that is a condition

local IN_5_1 = real.setfenv ~= nil
local OURS = "=(ldbpy)"   -- the source of what is typed at the prompt

local function packed(...)
  return {count = select("#", ...), ...}
end

-- Text only: bytecode could do anything.
local function load_text(code)
  if sub(code, 1, 1) == "\27" then code = " " .. code end
  return load(code, OURS, "t")
end

-- Let a loaded text run in an environment: in Lua 5.4 that is its only upvalue.
local set_environment = real.setfenv or function(chunk, environment)
  setupvalue(chunk, 1, environment)
end

-- Threads ---------------------------------------------------------------------------------------------------------------

local MAIN = 1
local numbers = setmetatable({}, {__mode = "k"})   -- coroutine -> number
local resumer = setmetatable({}, {__mode = "k"})   -- coroutine -> the one that resumed it, false for the script itself
local last_number = MAIN
local here   -- the coroutine the script stands in; nil for none

-- The coroutine that runs; nil for none.
local function running()
  local thread, is_main = real.coroutine.running()   -- Lua 5.1 gives nil for the main thread
  return not is_main and thread or nil
end

local function number_of(thread)
  if not thread then return MAIN end
  if not numbers[thread] then
    last_number = last_number + 1
    numbers[thread] = last_number
  end
  return numbers[thread]
end

-- Whether stack level info is a function of the script, not one of ours or of Lua's.
local function is_script(info)
  return info.what ~= "C" and info.what ~= "tail" and info.source ~= "=[C]" and info.source ~= OURS
end

-- Levels of a stack that are looked at: all that Lua 5.1 allows. Lua 5.4 allows ten times as many, and takes the longer
-- to find one the deeper it is.
local DEEPEST = IN_5_1 and 20000 or 8000

-- How many functions of the script are on the stack of this thread, from `level` of the caller on.
local function depth_from(level)
  local depth = 0
  level = level + 1
  local info = getinfo(level, "S")
  while info and level <= DEEPEST do
    if is_script(info) then depth = depth + 1 end
    level = level + 1
    info = getinfo(level, "S")
  end
  return depth
end

-- Conditions ------------------------------------------------------------------------------------------------------------

-- Where a name is at a stack level of the caller: a local variable, an upvalue, or neither (a global).
local function find_name(level, name)
  level = level + 1
  local place, index = nil, 1
  while true do
    local found = getlocal(level, index)
    if not found then break end
    if found == name then place = index end
    index = index + 1
  end
  if place then return place, false end
  local body = getinfo(level, "f").func
  index = 1
  while true do
    local found = getupvalue(body, index)
    if not found then return nil end
    if found == name then return index, true end
    index = index + 1
  end
end

-- A condition or watched expression: `check` evaluates it in the frame two levels above. Its names are looked up once
-- for a statement, where their places never change.
local function compile_check(code, names)
  local params = real.table.concat(names, ",")
  local maker, problem = load_text("return function(" .. params .. ") return " .. code .. "\nend")
  if not maker then return nil, problem end
  set_environment(maker, K.environment)
  return maker()
end

local function places_at(check, id, level)
  local places = {}
  for i, name in real.ipairs(check.names) do
    local index, is_upvalue = find_name(level + 1, name)
    places[i] = {index = index, upvalue = is_upvalue, name = name}
  end
  check.places[id] = places
  return places
end

-- A global variable, for the prompt: what the environment says of one that is not there is meant for scripts.
local function global(name)
  local ok, value = attempt(function() return K.environment[name] end)
  if not ok then error("there is no variable '" .. tostring(name) .. "' here", 0) end
  return value
end

local function value_at(place, level)
  local _, value
  if not place.index then return global(place.name) end
  if place.upvalue then
    _, value = getupvalue(getinfo(level, "f").func, place.index)
  else
    _, value = getlocal(level, place.index)
  end
  return value
end

-- attempt(check, ...) with the values its names have at statement `id`, in the frame at `level` as seen from here.
local function run_check(check, id, level)
  local places = check.places[id] or places_at(check, id, level)
  local count = #places
  if count == 1 then
    local place = places[1]
    if place.index and not place.upvalue then
      local _, value = getlocal(level, place.index)
      return attempt(check.body, value)
    end
  elseif count == 0 then
    return attempt(check.body)
  end
  local values = {}
  for i = 1, count do
    local ok, value = pcall(value_at, places[i], level + 2)
    if not ok then return false, value end
    values[i] = value
  end
  return attempt(check.body, unpack(values, 1, count))
end

-- Stopping --------------------------------------------------------------------------------------------------------------

local armed = {}         -- statement -> whether to call `stop`; a list without holes, which Lua looks up fast
local every = {}         -- the same with true for all
local set = {}           -- the statements that are armed
local gates = {}         -- statement -> its checks, {number = , check = }, where every breakpoint has one
local always = {}        -- statement -> whether a breakpoint without a condition is there
local watches = {}       -- checks of expressions whose change stops the script
local functions = {}     -- statement -> number of its function
local plan = {}          -- the step under way
local entry = false
local pausing = false
local calm = false       -- whether nothing but breakpoints is waited for: no step, no change, no pause
local alone = {}         -- statement -> its check, where it is the only one and reads one local variable

local INFINITE = 1 / 0
local first, last = INFINITE, -INFINITE   -- of the statements that are armed
local setters = {}                        -- functions that tell the script what it looks at, and give its counter

local function look_at(low, high, list)
  for i = 1, #setters do setters[i](low, high, list) end
end

-- Which statements have run, if that is wanted: each that has not is armed, and calls `stop` once.
local tracing = false
local visited, fresh = {}, {}   -- statement -> whether it has begun; those that have since it was asked
local wanted_at = {}            -- statement -> whether something else waits there

local function look_everywhere()
  first, last = 0, INFINITE
  look_at(first, last, every)
end

local function arm_statement(statement)
  armed[statement] = true
  wanted_at[statement] = true
  set[#set + 1] = statement
  if last ~= INFINITE then
    if statement < first then first = statement end
    if statement > last then last = statement end
  end
end

-- To be called when statements have been armed.
local function look_again()
  if last ~= INFINITE then look_at(first, last, armed) end
end

local function message_of(problem)
  if type(problem) == "table" then problem = rawget(problem, "err") or "(the error is a table)" end
  return (gsub(tostring(problem), "^%(ldbpy%):1: ", ""))
end

local function brief(value)
  local kind = type(value)
  if kind == "string" then return format("%q", #value > 60 and sub(value, 1, 60) or value) end
  if kind == "number" then return number_text(value) end
  if kind == "table" then return "table" end
  return kind == "function" and kind or tostring(value)
end

-- Whether the names of a watch are at statement `id` the variables they were where the watch was set: those that were
-- local there are local in that function and upvalues of the functions in it.
local function in_scope(watch, id, places)
  local scope, owner = watch.scope, functions[id]
  for i = 1, #places do
    local place = places[i]
    local same
    local is_local, is_upvalue = place.index and not place.upvalue, place.index and place.upvalue
    if scope.locals[place.name] then
      same = owner == scope.owner and is_local or scope.inner[owner] and is_upvalue
    elseif scope.upvalues[place.name] then
      same = is_upvalue or scope.outer[owner] and is_local
    else
      same = not place.index
    end
    if not same then return false end
  end
  return true
end

-- Whether a watch can be told at statement `id` of the frame above the caller's caller.
local function can_tell(watch, id)
  if not watch.scope then return true end
  if watch.reach[id] == nil then
    watch.reach[id] = in_scope(watch, id, watch.places[id] or places_at(watch, id, 4))
  end
  if not watch.reach[id] then return false end
  if not watch.depth or functions[id] ~= watch.scope.owner or not next(watch.scope.locals) then return true end
  return number_of(running()) == watch.thread and depth_from(4) == watch.depth
end

-- What changed of the watched expressions at statement `id` of the frame above the caller; nil if nothing did.
local function look_at_watches(id)
  local outcomes
  for i = 1, #watches do
    local watch = watches[i]
    if can_tell(watch, id) then
      local ok, value = run_check(watch, id, 4)
      if ok then
        if watch.seen and not rawequal(value, watch.last) then
          outcomes = outcomes or {}
          outcomes[#outcomes + 1] = watch.number
          outcomes[#outcomes + 1] = watch.code .. ": " .. brief(watch.last) .. " → " .. brief(value)
        end
        watch.seen, watch.last = true, value
      end
    end
  end
  return outcomes
end

-- Whether the step wants to end at a statement of the caller's caller, and whether the thread it began in gave up
-- control; the rule is the engine's (StepPlan.wants), asked here to spare it what cannot end the step.
local function step_wants(id)
  local kind = plan.kind
  if kind == "stepIn" then return true, false end
  if kind == "to" then return plan.targets[id] == true, false end
  local thread = running()
  if number_of(thread) ~= plan.thread then
    local other = plan.coroutine
    local gone = plan.thread ~= MAIN and (other == nil or status(other) == "suspended" or status(other) == "dead")
    return gone, gone
  end
  local depth = depth_from(3)
  if kind == "next" then return depth <= plan.depth, false end
  return depth < plan.depth, false
end

-- The host answers true to end the script, and (nil, true) if it failed.
local function obey(verdict, failed)
  if verdict or failed then K.stop() end
end

-- Evaluate the conditions at statement `id` of the frame above the caller; each gate keeps how it went. Gives whether one
-- holds or fails.
local function look_at_gates(list, id)
  local any = false
  for i = 1, #list do
    local gate = list[i]
    local ok, value
    if gate.index then
      local _, variable = getlocal(3, gate.index)
      ok, value = attempt(gate.body, variable)
    else
      ok, value = run_check(gate, id, 4)
      local places = gate.places[id]
      local place = #places == 1 and places[1]
      gate.index = place and place.index and not place.upvalue and place.index
    end
    gate.ok, gate.value = ok, value
    if not ok or value then any = true end
  end
  return any
end

local function outcomes_of(list)
  local outcomes = {}
  for i = 1, #list do
    local gate = list[i]
    outcomes[#outcomes + 1] = gate.number
    outcomes[#outcomes + 1] = gate.ok and not not gate.value
      or not gate.ok and "the condition fails: " .. message_of(gate.value)
  end
  return outcomes
end

-- Tell the host of statement `id` of the frame above the caller.
local function tell(id, list, changes, came_back)
  here = running()
  local first_of_all = entry
  entry = false
  if pausing then
    pausing = false
    host.pause_reached()
  end
  local outcomes = list and outcomes_of(list) or {}
  for i = 1, changes and #changes or 0 do outcomes[#outcomes + 1] = changes[i] end
  obey(host.reached(id, number_of(here), depth_from(3), came_back or false, first_of_all, unpack(outcomes)))
end

local function visit(id)
  visited[id] = true
  fresh[#fresh + 1] = id
  if not wanted_at[id] then armed[id] = false end
end

local function stop(id)
  if busy then return true end
  if tracing and not visited[id] then visit(id) end
  local gate = calm and alone[id]
  if gate then
    local _, value = getlocal(2, gate.index)
    busy, checking = true, true
    local ok, holds = attempt(gate.body, value)
    busy, checking = false, false
    if ok and not holds then return true end
    gate.ok, gate.value = ok, holds
    tell(id, gates[id])
    return true
  end
  local list = gates[id]
  local told = always[id] or entry or pausing
  local changes
  if list or watches[1] then
    busy, checking = true, true
    told = list and look_at_gates(list, id) or told
    changes = watches[1] and look_at_watches(id)
    busy, checking = false, false
    local only = list and not list[2] and not always[id] and list[1]
    if only and only.index then alone[id] = only end
  end
  local wanted, came_back
  if plan.kind then wanted, came_back = step_wants(id) end
  if told or changes or wanted then tell(id, list, changes, came_back) end
  return true
end

-- What is waited for from now on. `step`: statements the step may end at, nil for all; gates come one by one.
function D.arm(kind, thread, depth, targets, step)
  D.forget()
  for i = 1, #set do armed[set[i]] = tracing and not visited[set[i]] end
  set, wanted_at = {}, {}
  gates, always, watches, alone = {}, {}, {}, {}
  calm = kind == nil
  first, last = INFINITE, -INFINITE
  if tracing then first, last = 1, #armed end
  plan = {kind = kind, thread = thread, depth = depth, targets = {}, coroutine = here}
  if targets then
    for _, statement in pairs(targets) do
      plan.targets[statement] = true
      arm_statement(statement)
    end
  end
  if kind and not targets then
    if step then
      for _, statement in pairs(step) do arm_statement(statement) end
    else
      look_everywhere()
    end
  end
  look_again()
end

function D.arm_statement(statement)
  arm_statement(statement)
  look_again()
  always[statement] = true
end

local checks = {}   -- breakpoint number and statement -> check, kept so that what it has seen is not forgotten

local function check_of(key, code, names)
  local check = checks[key]
  if not check or check.code ~= code then
    local body, problem = compile_check(code, names)
    if not body then body = function() error(problem, 0) end end
    check = {body = body, code = code, names = names, places = {}}
    checks[key] = check
  end
  return check
end

function D.arm_gate(statement, number, code, names)
  local gate = check_of(number .. ":" .. statement, code, names)
  gate.number = number
  arm_statement(statement)
  look_again()
  gates[statement] = gates[statement] or {}
  gates[statement][#gates[statement] + 1] = gate
end

-- `scope`: the number of the function it was set in (0 is the script), the names that were local there and those that
-- were upvalues, and the functions in and around that one; nil: all names are looked up where the script stands.
function D.arm_watch(number, code, names, scope)
  local watch = check_of("w" .. number, code, names)
  watch.number, watch.scope, watch.reach = number, scope, watch.reach or {}
  watches[#watches + 1] = watch
  calm = false
  look_everywhere()
end

-- Stop at the first statement.
function D.arm_entry()
  entry, calm = true, false
  look_everywhere()
end

-- Stop at the next statement, whatever else is waited for.
function D.pause_soon()
  pausing, calm = true, false
  look_everywhere()
end

-- `owners` has the number of the function of each of the script's `count` statements.
local function know(owners, count)
  for statement = 1, count do
    armed[statement], every[statement] = false, true
    functions[statement] = owners[statement]
  end
end

-- The script as a function that stops. `maker` is what the instrumented text compiles to.
function D.adopt(maker, owners, count)
  know(owners, count)
  local function begin()
    return first, last, last == INFINITE and every or armed, stop, 0
  end
  return maker(begin, function(setter) setters[#setters + 1] = setter end)
end

-- pcall, where a hook runs: no other hook is called there, but in a coroutine.
local function attempt_in_hook(body, ...)
  local thread = create(body)
  K.watch_coroutine(thread)
  local results = packed(resume(thread, ...))
  K.go_on()
  return unpack(results, 1, results.count)
end

-- Stop a script that is not instrumented at its lines. `statements`: by the line a function begins at and the line in it,
-- as Lua counts them, the number of the statement.
function D.follow(statements, owners, count)
  know(owners, count)
  attempt = attempt_in_hook
  local low, high, list, begun = first, last, armed, 0
  setters[1] = function(new_low, new_high, new_list)
    low, high, list = new_low, new_high, new_list
    return begun
  end
  K.watch_lines(function(line)
    local info = getinfo(2, "S")
    local lines = info.source == "@user_script" and statements[info.linedefined]
    local statement = lines and lines[line]
    if not statement then return end
    begun = begun + 1
    if low <= statement and statement <= high and list[statement] then return stop(statement) end
  end)
end

-- Keep from now on which statements have begun.
function D.track()
  tracing = true
  for statement = 1, #armed do armed[statement] = not visited[statement] end
end

-- The statements that have begun for the first time since this was asked last.
function D.visited()
  local list = fresh
  fresh = {}
  return list
end

-- How many statements have begun.
function D.count()
  local sum = 0
  for i = 1, #setters do sum = sum + setters[i](first, last, last == INFINITE and every or armed) end
  return sum
end

-- The stack -------------------------------------------------------------------------------------------------------------

-- The threads from the one the script stands in to the script itself (false).
local function chain()
  local threads, thread = {}, here
  while thread do
    threads[#threads + 1] = thread
    thread = resumer[thread]
  end
  threads[#threads + 1] = false
  return threads
end

-- Stack level info of `thread` (false: this one), levels counted by the caller.
local function info_at(thread, level, what)
  if thread then return getinfo(thread, level, what) end
  return getinfo(level + 1, what)
end

-- Call look(thread, level, info) for each frame of the script, the innermost first, until it answers. Levels are as
-- the caller of this function counts them.
local function each_frame(look)
  for _, thread in real.ipairs(chain()) do
    local level = thread and 0 or 1
    while true do
      local info = level <= DEEPEST and info_at(thread, level, "Slnf")
      if not info then break end
      if is_script(info) then
        local answer = look(thread, thread and level or level - 1, info)
        if answer ~= nil then return answer end
      end
      level = level + 1
    end
  end
end

-- Thread and level of frame `index`, as the caller counts levels, and its function.
local function locate(index)
  local at, place = -1, nil
  each_frame(function(thread, level, info)
    at = at + 1
    if at == index then
      place = {thread, level, info.func}
      return true
    end
  end)
  if not place then return nil end
  return place[1], place[1] and place[2] or place[2] - 1, place[3]
end

function D.frames()
  local found = {}
  each_frame(function(thread, _, info)
    local size = #found
    found[size + 1] = info.name or false
    found[size + 2] = line_of(info, info.currentline)
    found[size + 3] = number_of(thread)
    found[size + 4] = line_of(info, info.linedefined)
    found[size + 5] = line_of(info, info.lastlinedefined)
    found[size + 6] = info.source
  end)
  return found
end

-- Thread, depth, line and source of where the script stands, the statements so far, then (linedefined, lastlinedefined) of all functions on the stack.
function D.position()
  local depth, line, source, defined = 0, 0, "", {}
  each_frame(function(thread, _, info)
    if (thread or nil) == here then depth = depth + 1 end
    if line == 0 then line, source = line_of(info, info.currentline), info.source end
    defined[#defined + 1] = line_of(info, info.linedefined)
    defined[#defined + 1] = line_of(info, info.lastlinedefined)
  end)
  return {number_of(here), depth, line, source, D.count(), defined}
end

-- Variables ----------------------------------------------------------------------------------------------------------

local hidden = {_ENV = not IN_5_1}   -- names of variables that are not the script's

function D.hide(name)
  hidden[name] = true
end

local COUNTED = 10000   -- elements of a table are counted at every stop: fewer than when one is looked at

-- {local variables, upvalues} of frame `index`, as lists of name and description.
function D.variables(index)
  local thread, level, body = locate(index)
  if thread == nil then return nil end
  local locals, upvalues, at = {}, {}, 1
  while true do
    local name, value
    if thread then name, value = getlocal(thread, level, at) else name, value = getlocal(level, at) end
    if not name then break end
    -- `arg` is there in every function with `...`, though nobody declared it.
    if sub(name, 1, 1) ~= "(" and name ~= "arg" and not hidden[name] then add(locals, name, value, COUNTED) end
    at = at + 1
  end
  at = 1
  while true do
    local name, value = getupvalue(body, at)
    if not name then break end
    if not hidden[name] then add(upvalues, name, value, COUNTED) end
    at = at + 1
  end
  return {locals, upvalues}
end

-- Evaluation ------------------------------------------------------------------------------------------------------------

local function compile(code)
  local chunk, problem = load_text("return " .. code)
  if chunk then return chunk end
  local statement, other = load_text(code)
  if statement then return statement end
  return nil, find(code, "^%s*[%a_][%w_%.%[%]\"']*%s*=[^=]") and other or problem
end

-- What the chunk sees and changes of frame `index`: the names of its variables, in `values` where they stand.
local function snapshot(thread, level, body)
  local seen, values, places, at = {}, {}, {}, 1
  while true do
    local name, value = getupvalue(body, at)
    if not name then break end
    if not hidden[name] then seen[name], values[name], places[name] = true, value, -at end
    at = at + 1
  end
  at = 1
  while true do
    local name, value
    if thread then name, value = getlocal(thread, level + 1, at) else name, value = getlocal(level + 1, at) end
    if not name then break end
    if sub(name, 1, 1) ~= "(" and not hidden[name] then seen[name], values[name], places[name] = true, value, at end
    at = at + 1
  end
  return seen, values, places
end

local function environment_of(seen, values, changed)
  return setmetatable({}, {
    __index = function(_, name)
      if seen[name] then return values[name] end
      return global(name)
    end,
    __newindex = function(_, name, value)
      if not seen[name] then error("there is no variable '" .. tostring(name) .. "' here", 0) end
      values[name], changed[name] = value, true
    end,
  })
end

local STEP = 10000   -- instructions of the prompt between two looks whether it is interrupted

-- What is typed runs in a coroutine of its own, with a hook of its own: Ctrl-C ends that, and not the script.
local function run_chunk(chunk)
  local stands, thread, interrupted = here, create(chunk), false
  local function watch_prompt()
    local following = not interrupted and host.tick(STEP, true)
    if not following or following == 0 then
      interrupted = true
      sethook(watch_prompt, "", 1)
      error(K.abort, 0)
    end
  end
  sethook(thread, watch_prompt, "", STEP)
  busy = true
  local results = packed(resume(thread))
  busy = false
  here = stands
  if interrupted and host.dropped() then return false, "interrupted" end
  if interrupted or K.aborting then return false, "that is more than the limits allow: the script cannot go on" end
  if status(thread) == "suspended" then return false, "there is nothing to yield to" end
  if not results[1] then return false, message_of(results[2]) end
  return true, D.describe_all(unpack(results, 2, results.count))
end

-- {true, values} or {false, message}.
function D.evaluate(code, index)
  if K.aborting then return {false, "the script cannot go on, and nothing runs in it any more"} end
  local chunk, problem = compile(code)
  if not chunk then return {false, message_of(problem)} end
  local thread, level, body = locate(index)
  local changed, seen, values, places = {}, {}, {}, {}
  if thread ~= nil then
    seen, values, places = snapshot(thread, thread and level - 1 or level, body)
  end
  set_environment(chunk, environment_of(seen, values, changed))
  local ok, out = run_chunk(chunk)
  for name in pairs(changed) do
    local place = places[name]
    if place < 0 then
      setupvalue(body, -place, values[name])
    elseif thread then
      setlocal(thread, level, place, values[name])
    else
      setlocal(level, place, values[name])
    end
  end
  -- To the chunk all variables of the frame are global, to a person they are not.
  if not ok then
    out = gsub(out, "global '([%w_]+)'", function(name)
      return seen[name] and (places[name] < 0 and "upvalue '" or "local '") .. name .. "'" or nil
    end)
  end
  return {ok, out}
end

-- Take the value a watched expression has in frame `index`: changes are told from there.
function D.prime(number, code, names, index, in_thread, depth)
  local watch = check_of("w" .. number, code, names)
  watch.thread, watch.depth = in_thread, depth
  local chunk = compile(code)
  local thread, level, body = locate(index)
  if not chunk or thread == nil then return end
  local seen, values = snapshot(thread, thread and level - 1 or level, body)
  set_environment(chunk, environment_of(seen, values, {}))
  busy, checking = true, true
  watch.seen, watch.last = pcall(chunk)
  busy, checking = false, false
end

-- Errors ----------------------------------------------------------------------------------------------------------------

local catching = false   -- whether errors that are caught are of interest

function D.catch(caught)
  catching = caught
end

local died = {}   -- the coroutine of coroutine.wrap that failed last, and what the error became in its caller

-- Where an error was raised: a coroutine that died of it still has its stack.
local function tell_error(kind, problem)
  if problem == K.abort or busy or K.aborting then return end
  here = running()
  if died.thread and rawequal(died.problem, problem) then
    here, problem = died.thread, died.cause
  end
  obey(host.raised(kind, message_of(problem)))
end

local function tell_caught(problem)
  if catching then tell_error("caught", problem) end
  return problem
end

function K.on_uncaught(problem)
  tell_error("uncaught", problem)
end

local plain_pcall, plain_xpcall = K.environment.pcall, K.environment.xpcall

-- Note where the script stands, for what is told on its way through the host.
function K.mark()
  here = running()
  if checking then host.checking() end
end

-- pcall, but an error is told while the stack it was raised on is still there.
function K.environment.pcall(...)
  if busy or select("#", ...) == 0 then
    local results = packed(plain_pcall(...))
    return unpack(results, 1, results.count)
  end
  local results
  if IN_5_1 then   -- its xpcall hands no arguments on
    local args = packed(...)
    results = packed(xpcall(function() return args[1](unpack(args, 2, args.count)) end, tell_caught))
  else
    results = packed(xpcall((...), tell_caught, select(2, ...)))
  end
  -- Raised once more, for what a script's own pcall makes of it.
  if not results[1] then results = packed(plain_pcall(error, results[2], 0)) end
  return unpack(results, 1, results.count)
end

function K.environment.xpcall(...)
  local body, handler = ...
  if busy or type(handler) ~= "function" then
    local results = packed(plain_xpcall(...))
    return unpack(results, 1, results.count)
  end
  local results = packed(plain_xpcall(body, function(problem)
    tell_caught(problem)
    return handler(problem)
  end, select(3, ...)))
  return unpack(results, 1, results.count)
end

local coroutines = K.coroutine_library
if not coroutines then return D end   -- Dragonfly gives scripts none

local plain_resume = coroutines.resume
function coroutines.resume(...)
  local thread = ...
  if type(thread) == "thread" then resumer[thread] = running() or false end
  local results = packed(plain_resume(...))
  if catching and not results[1] and type(thread) == "thread" and status(thread) == "dead" and not K.aborting then
    local before = here
    here = thread
    obey(host.raised("caught", message_of(results[2])))
    here = before
  end
  return unpack(results, 1, results.count)
end

-- Raise what a coroutine died of in who called it, as coroutine.wrap does.
local function raise_from(thread, cause)
  if cause == K.abort then error(cause, 0) end
  local _, problem = pcall(error, cause, 4)
  died = {thread = thread, cause = cause, problem = problem}
  error(problem, 0)
end

function coroutines.wrap(body)
  if type(body) ~= "function" or K.is_builtin(body) then K.argument_error(1, "Lua function expected") end
  local thread = create(function(...)
    K.watch()
    return body(...)
  end)
  return function(...)
    resumer[thread] = running() or false
    local results = packed(resume(thread, ...))
    if results[1] then return unpack(results, 2, results.count) end
    raise_from(thread, results[2])
  end
end

return D
