-- A post into the timelines of followers, each kept short.
local post, most = ARGV[1], tonumber(ARGV[2])
for i = 1, #KEYS do
  redis.call('LPUSH', KEYS[i], post)
  redis.call('LTRIM', KEYS[i], 0, most - 1)
end
return #KEYS
