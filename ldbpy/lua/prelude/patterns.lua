-- The functions that match patterns. Lua 5.1 goes a call deeper in C at every repeated item and every capture, so a
-- pattern of some ten thousand of them overflows the C stack, which ends the process (and a server). Such patterns are
-- refused here.
--
-- What the real functions raise has no position when they are called from here. So they are called directly only
-- where they cannot raise anything, and else protected, so that the error can be given the position of the caller.
local K = ...

local real = K.real
local type, select, error, pcall, getmetatable = real.type, real.select, real.error, real.pcall, real.getmetatable
local find, match, gmatch, gsub = real.string.find, real.string.match, real.string.gmatch, real.string.gsub
local check_string, check_int, argument_error = K.check_string, K.check_int, K.argument_error

local MOST_ITEMS = 40000  -- of 50 bytes of stack each; a * or + takes three times that
local LONG = 200          -- bytes; longer patterns are not remembered
local MOST_KNOWN = 500
local MOST_CAPTURES = 32

local fine, known = {}, 0   -- patterns that match without an error, whatever the text

-- Whether nothing in a pattern can be an error. If in doubt, no.
local function surely_fine(pattern)
  local rest = gsub(pattern, "%%[^%dbf%z]", "e")
  if find(rest, "[%%%z]") then return false end
  rest = gsub(gsub(rest, "%[%^.[^%]]*%]", "e"), "%[[^%^][^%]]*%]", "e")
  if find(rest, "[", 1, true) then return false end
  local _, captures = gsub(rest, "%(", "")
  return captures <= MOST_CAPTURES and not find(gsub(rest, "%b()", ""), "[()]")
end

-- Remember a pattern if it is fine. Gives whether it is too much for the stack.
local function examine(pattern)
  if #pattern <= LONG then
    if surely_fine(pattern) then
      if known >= MOST_KNOWN then fine, known = {}, 0 end
      fine[pattern], known = true, known + 1
    end
    return false
  end
  if #pattern <= MOST_ITEMS / 3 then return false end
  local _, items = gsub(pattern, "[*+?-]", "")
  local _, large_items = gsub(pattern, "[*+]", "")
  return items + 2 * large_items > MOST_ITEMS
end

local TOO_COMPLEX = "pattern too complex"

-- What a protected call gave; an error with the position of our function's caller. This must not be a tail call, which
-- would take away a frame: see engines.py.
local function finish(ok, ...)
  if K.aborting then K.go_on() end
  if ok then return ... end
  K.check_caught((...))
  error((...), 3)
end

local patterns = {}

local function finder(native, may_be_plain)
  return function(...)
    local text, pattern, init, plain = ...
    if type(text) == "string" and fine[pattern] and (init == nil or type(init) == "number") then
      return native(...)
    end
    local count = select("#", ...)
    check_string(text, 1, count)
    pattern = check_string(pattern, 2, count)
    if init ~= nil then check_int(init, 3, count) end
    if not (may_be_plain and plain) and examine(pattern) then error(TOO_COMPLEX, 2) end
    return finish(pcall(native, ...))
  end
end

patterns.find = finder(find, true)
patterns.match = finder(match, false)

-- What it gives is called by the script, with the positions of the script.
function patterns.gmatch(...)
  local text, pattern = ...
  local count = select("#", ...)
  check_string(text, 1, count)
  pattern = check_string(pattern, 2, count)
  if not fine[pattern] and examine(pattern) then error(TOO_COMPLEX, 2) end
  return gmatch(...)
end
patterns.gfind = patterns.gmatch

local REPLACEMENTS = {string = true, number = true, table = true, ["function"] = true}

function patterns.gsub(...)
  local text, pattern, replacement, most = ...
  local kind = type(replacement)
  local runs_code = kind == "function" or kind == "table" and getmetatable(replacement) ~= nil
  if type(text) == "string" and fine[pattern] and (most == nil or type(most) == "number") then
    if runs_code or kind == "string" and not find(replacement, "%", 1, true) then return gsub(...) end
  end
  local count = select("#", ...)
  check_string(text, 1, count)
  pattern = check_string(pattern, 2, count)
  if most ~= nil then check_int(most, 4, count) end
  if not REPLACEMENTS[kind] then argument_error(3, "string/function/table expected") end
  if examine(pattern) then error(TOO_COMPLEX, 2) end
  if not runs_code then return finish(pcall(gsub, ...)) end
  -- The script's own errors are left alone; the pattern's own come first.
  if not fine[pattern] then
    local ok, problem = pcall(gsub, text, pattern, "", most)
    if not ok then finish(false, problem) end
  end
  return gsub(...)
end

return patterns
