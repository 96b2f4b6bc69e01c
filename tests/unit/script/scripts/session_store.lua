-- Read a session, touch it, and limit how many one user may have.
local session, index = KEYS[1], KEYS[2]
local ttl, maximum = tonumber(ARGV[1]), tonumber(ARGV[2])
local raw = redis.call('HGETALL', session)

if #raw == 0 then return nil end

local fields = {}
for i = 1, #raw, 2 do fields[raw[i]] = raw[i + 1] end

local fingerprint = fields['fp']
if fingerprint and fingerprint ~= ARGV[3] then
  redis.call('DEL', session)
  redis.call('SREM', index, session)
  return redis.error_reply("DENIED fingerprint changed; session \"" .. session .. "\" is gone")
end

local ok, err = pcall(function()
  redis.call('HINCRBY', session, 'hits', 1)
  redis.call('EXPIRE', session, ttl)
end)
if not ok then
  redis.log(redis.LOG_NOTICE, tostring(err))
end

local members = redis.call('SMEMBERS', index)
local alive = {}
for _, member in ipairs(members) do
  if redis.call('EXISTS', member) == 1 then
    alive[#alive + 1] = member
  else
    redis.call('SREM', index, member)
  end
end

if #alive > maximum then
  table.sort(alive)
  for i = 1, #alive - maximum do
    redis.call('UNLINK', alive[i])
    redis.call('SREM', index, alive[i])
  end
end
return cjson.encode(fields)
