-- Folders as sets of children. Gathers everything below a folder, without recursion, each once.
local prefix, root, most = KEYS[1], ARGV[1], tonumber(ARGV[2]) or 1000

local seen = { [root] = true }
local queue, head = { root }, 1
local found = {}

while head <= #queue and #found < most do
  local current = queue[head]
  head = head + 1
  local children = redis.call('SMEMBERS', prefix .. current)
  table.sort(children)
  for _, child in ipairs(children) do
    if not seen[child] then
      seen[child] = true
      queue[#queue + 1] = child
      found[#found + 1] = child
    end
  end
end

if #found == 0 then
  return {}
end
return found
