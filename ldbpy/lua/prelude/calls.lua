-- What functions that stand in for C functions need to raise errors from deep inside and to give many results.
local K = ...

local error, unpack, getinfo = K.real.error, K.real.unpack, K.real.debug.getinfo

local calls = {}

-- Raise an error as if from `entry`, the function the script called, which is at least `level` levels up (2 if none is
-- given: the caller of this).
function calls.raise_from(entry, message, level)
  level = level or 2
  while getinfo(level, "f").func ~= entry do level = level + 1 end
  error(message, level + 1)
end

-- Give the items of a list; a few more than one call of unpack can.
function calls.give(results, count)
  if count < 3 then return unpack(results, 1, count) end
  return results[1], results[2], unpack(results, 3, count)
end

return calls
