-- Sessions as MessagePack. The flags in ARGV[1] say what to do: c(reate) r(ead) t(ouch) d(elete), in this order.
local session_key, user_index = KEYS[1], KEYS[2]
local flags, ttl, user, agent = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]

local function has(flag)
  return flags:find(flag, 1, true) ~= nil
end

if ttl == nil or ttl <= 0 then
  return redis.error_reply('ERR ttl must be above zero')
end

local packed = redis.call('GET', session_key)
local session

if packed then
  session = cmsgpack.unpack(packed)
elseif has('c') then
  session = { user = user, agent = agent, hits = 0, roles = { 'guest' } }
else
  return false
end

if session.user ~= user then
  return redis.error_reply('DENIED session of another user')
end

if has('d') then
  redis.call('DEL', session_key)
  redis.call('SREM', user_index, session_key)
  return 1
end

if has('t') or not packed then
  session.hits = session.hits + 1
  session.agent = agent
  redis.call('SET', session_key, cmsgpack.pack(session), 'EX', ttl)
  redis.call('SADD', user_index, session_key)
  redis.call('EXPIRE', user_index, ttl * 2)
end

if has('r') then
  return { session.user, session.agent, session.hits, table.concat(session.roles, ',') }
end
return session.hits
