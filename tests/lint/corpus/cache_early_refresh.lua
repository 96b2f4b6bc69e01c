-- Some callers refresh before the value goes, so that not all do at once.
local value, ttl = redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])
if not value then
  return {false, 1}
end
local beta, cost, seed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
math.randomseed(seed)
local early = cost * beta * -math.log(math.random())
if ttl >= 0 and early >= ttl then
  return {value, 1}
end
return {value, 0}
