-- Deletes the members of an index that begin with a prefix, in steps, so that the server can do something else.
-- Returns the cursor to go on with, and how many were deleted.
local cursor, prefix, step = ARGV[1], ARGV[2], ARGV[3]
local reply = redis.call('SSCAN', KEYS[1], cursor, 'MATCH', prefix .. '*', 'COUNT', step)
local next_cursor, names = reply[1], reply[2]
local deleted = 0
local CHUNK = 500
for i = 1, #names, CHUNK do
  local last = math.min(i + CHUNK - 1, #names)
  deleted = deleted + redis.call('UNLINK', unpack(names, i, last))
  redis.call('SREM', KEYS[1], unpack(names, i, last))
end
return { next_cursor, deleted }
