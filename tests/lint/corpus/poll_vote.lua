local poll, voters = KEYS[1], KEYS[2]
local voter, choice = ARGV[1], ARGV[2]

local state = redis.call('HGET', poll, 'state')
if state ~= 'open' then
  return redis.error_reply('CLOSED this poll is not open')
end
if redis.call('HEXISTS', poll, 'choice:' .. choice) ~= 1 then
  return redis.error_reply('ERR no such choice')
end

local before = redis.call('HGET', voters, voter)
if before == choice then
  return 0
elseif before then
  redis.call('HINCRBY', poll, 'choice:' .. before, -1)
end
redis.call('HSET', voters, voter, choice)
local votes = redis.call('HINCRBY', poll, 'choice:' .. choice, 1)
if votes >= tonumber(redis.call('HGET', poll, 'quorum') or 'inf') then
  redis.call('HSET', poll, 'state', 'done', 'winner', choice)
end
return votes
