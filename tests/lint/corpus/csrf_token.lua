-- A token that can be used once.
local stored = redis.call('GET', KEYS[1])
if stored == false then
  return {err = 'ERR expired'}
elseif stored ~= ARGV[1] then
  return {err = 'ERR wrong token'}
end
redis.call('DEL', KEYS[1])
return {ok = 'OK'}
