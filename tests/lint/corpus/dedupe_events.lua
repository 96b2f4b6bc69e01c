local seen_key, stream_key = KEYS[1], KEYS[2]
local window = tonumber(ARGV[1])
local accepted, refused = 0, {}
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)

for i = 2, #ARGV do
  local ok, event = pcall(cjson.decode, ARGV[i])
  if not ok or type(event) ~= 'table' or not event.id then
    refused[#refused + 1] = i - 1
  elseif redis.call('ZADD', seen_key, 'NX', now_ms, event.id) == 1 then
    redis.call('XADD', stream_key, '*', 'id', event.id, 'body', ARGV[i])
    accepted = accepted + 1
  end
end
redis.call('ZREMRANGEBYSCORE', seen_key, '-inf', now_ms - window)
redis.call('PEXPIRE', seen_key, window)
return { accepted, refused }
