local rcall, rpcall = redis.call, redis.pcall
local k, v = KEYS[1], ARGV[1]
local r = rpcall('INCRBY', k, v)
if type(r) == 'table' and r.err then
  if r.err:find('not an integer') or r.err:find('WRONGTYPE', 1, true) then
    rcall('DEL', k)
    r = rcall('INCRBY', k, v)
  else
    return r
  end
end
if rcall('TTL', k) < 0 and ARGV[2] then
  rcall('EXPIRE', k, ARGV[2])
end
return r
