--[[ Release several locks at once.
     Only those that the caller still holds go; the others are reported. ]]
local owner = ARGV[1]
local released, foreign, gone = 0, {}, {}

for index, name in ipairs(KEYS) do
  local holder = redis.call('GET', name)
  if not holder then
    gone[#gone + 1] = index
  elseif holder ~= owner then
    foreign[#foreign + 1] = index
  else
    redis.call('DEL', name)
    redis.call('PUBLISH', 'unlocked:' .. name, owner)
    released = released + 1
  end
end

if #foreign > 0 then
  redis.log(redis.LOG_WARNING, 'locks held by somebody else: ' .. table.concat(foreign, ','))
end

return cjson.encode({released = released, foreign = foreign, gone = gone})
