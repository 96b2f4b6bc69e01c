-- A block of ids: time, node and a number.
local node = tonumber(ARGV[1])
local time = redis.call('TIME')
local ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local sequence = redis.call('INCR', KEYS[1])
if sequence == 1 then
  redis.call('PEXPIRE', KEYS[1], 1000)
end
return {string.format('%.0f', ms), node, sequence % 4096}
