-- Append events to a stream once each, and keep a materialised summary.
local stream, seen, summary = KEYS[1], KEYS[2], KEYS[3]
local max_len = tonumber(ARGV[1])
local events = cmsgpack.unpack(ARGV[2])
local appended, skipped = {}, 0

local reducers = {
  deposit = function(state, e) state.balance = state.balance + e.amount end,
  withdraw = function(state, e)
    if state.balance < e.amount then
      error('insufficient funds: ' .. state.balance)
    end
    state.balance = state.balance - e.amount
  end,
  rename = function(state, e) state.name = e.name end,
}

local raw = redis.call('GET', summary)
local state = raw and cjson.decode(raw) or {balance = 0, name = '', version = 0}

for position, event in ipairs(events) do
  if redis.call('SISMEMBER', seen, event.id) == 1 then
    skipped = skipped + 1
  else
    local reduce = reducers[event.kind]
    if not reduce then
      return redis.error_reply('ERR event ' .. position .. ' has unknown kind ' .. tostring(event.kind))
    end
    local ok, message = pcall(reduce, state, event)
    if not ok then return redis.error_reply('ERR ' .. message) end
    state.version = state.version + 1
    local id = redis.call('XADD', stream, 'MAXLEN', '~', max_len, '*',
      'kind', event.kind,
      'body', cjson.encode(event))
    redis.call('SADD', seen, event.id)
    appended[#appended + 1] = id
  end
end

redis.call('SET', summary, cjson.encode(state))
redis.call('EXPIRE', seen, 86400)
return {#appended, skipped, state.version, appended}
