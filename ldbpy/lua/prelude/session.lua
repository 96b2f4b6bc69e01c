-- The REPL's side within a state: pieces of code run one after the other, and what they declare stays for those after.
--
-- A variable of the session is visible in the pieces behind its declaration, as if all of them were one script: each
-- declaration makes an environment of its own, in front of those before. A function keeps the one it was made in.
local K = ...

local real, V = K.real, K.values
local error, pairs, rawget, rawset, select, setmetatable, tostring, unpack =
  real.error, real.pairs, real.rawget, real.rawset, real.select, real.setmetatable, real.tostring, real.unpack

local S = {}

local FURTHER = "\0a piece that ended without return\0"   -- see pieces.py
local NO_GLOBAL = "Script attempted to access nonexistent global variable '"
local NO_NEW_GLOBAL = "Script attempted to create global variable '"

local base = K.environment
local READ_ONLY = real.setfenv and K.READ_ONLY   -- Dragonfly has its own words
local refused   -- the global variable that was written to last

-- Environments -----------------------------------------------------------------------------------------------------------

-- `slots` holds values and is what pieces run in; `owners` has the slots of each variable that is visible.
local function new_scope(outer, names)
  local slots, owners = {}, {}
  for name, owner in pairs(outer.owners) do owners[name] = owner end
  for i = 1, #names do owners[names[i]] = slots end
  setmetatable(slots, {
    __metatable = false,
    __index = function(_, name)
      local owner = owners[name]
      if owner then return rawget(owner, name) end
      local value = rawget(base, name)
      if value == nil then error(NO_GLOBAL .. tostring(name) .. "'", 2) end
      return value
    end,
    __newindex = function(_, name, value)
      local owner = owners[name]
      if owner then
        rawset(owner, name, value)
      else
        refused = tostring(name)
        error(READ_ONLY or NO_NEW_GLOBAL .. refused .. "'", 2)
      end
    end,
  })
  return {slots = slots, owners = owners}
end

local scope = new_scope({owners = {}}, {})

-- Let KEYS or ARGV be `list` from now on.
function S.give(name, list)
  rawset(base, name, list)
end

-- Running ----------------------------------------------------------------------------------------------------------------

local function packed(...)
  return {count = select("#", ...), ...}
end

local results = packed()

local function run_in(code, environment)
  K.run_in(code, environment)
  return packed(code())
end

-- Forget that the run before was stopped. To be called before anything is compiled.
function S.begin()
  K.aborting = false
  V.forget()
end

-- A function that runs pieces: {code = what was compiled, names = what it declares, itself = whether it sees them}. What
-- the last of them returned are the results, or what the first that returned early did.
function S.body(pieces)
  results = packed()
  refused = nil
  return function()
    for i = 1, #pieces do
      local piece = pieces[i]
      local inner = piece.names and new_scope(scope, piece.names)
      if inner and piece.itself then scope = inner end
      local got = piece.code and run_in(piece.code, scope.slots) or packed()
      if not piece.names then
        results = got[1] ~= FURTHER and got or packed()
        if got[1] ~= FURTHER then return end
      elseif not piece.itself then
        scope = inner
        for at = 1, #piece.names do rawset(inner.slots, piece.names[at], got[at]) end
      end
    end
  end
end

-- What the last run gave, described.
function S.results()
  return V.describe_all(unpack(results, 1, results.count))
end

-- The global variable the last run tried to write to, false for none.
function S.refused()
  return refused or false
end

-- The variables of the session, described.
function S.variables()
  local out = {}
  for name, owner in pairs(scope.owners) do V.add(out, name, rawget(owner, name)) end
  return out
end

-- The names of all that is global.
function S.globals()
  local out = {}
  for name in pairs(base) do out[#out + 1] = name end
  return out
end

-- {element names and descriptions, whether there are more} of the table that `names` lead to from a variable of the
-- session or a global, one inside the other; nil if there is none. Nothing but raw tables is looked into.
function S.fields(names, count)
  local owner = scope.owners[names[1]]
  local value = rawget(owner or base, names[1])
  for at = 2, #names do
    if real.type(value) ~= "table" then return nil end
    value = rawget(V.contents(value), names[at])
  end
  if real.type(value) ~= "table" then return nil end
  local mark = V.mark()
  local described = V.describe_all(value)
  local found = V.elements(described[6], 0, count)
  V.release(mark)
  return found or {{}, false}
end

return S
