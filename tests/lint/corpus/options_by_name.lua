-- ARGV: name, value, name, value ... ; what is not given has a default
local options = { limit = '10', order = 'desc', offset = '0', with = '' }
for i = 1, #ARGV, 2 do
  local name = string.lower(ARGV[i])
  if options[name] == nil then
    return redis.error_reply('ERR unknown option ' .. ARGV[i])
  end
  options[name] = ARGV[i + 1]
end

local limit, offset = tonumber(options.limit), tonumber(options.offset)
if not (limit and offset) then
  return redis.error_reply('ERR limit and offset must be numbers')
end
local command = options.order == 'asc' and 'ZRANGE' or 'ZREVRANGE'
local args = { command, KEYS[1], offset, offset + limit - 1 }
if options.with ~= '' then
  args[#args + 1] = 'WITHSCORES'
end
local rows = redis.call(unpack(args))
if #rows == 0 then
  return redis.call('EXISTS', KEYS[1]) == 1 and {} or false
end
return rows
