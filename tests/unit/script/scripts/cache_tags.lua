-- Tagged cache: store an entry under tags, or drop everything a tag covers.
local mode = ARGV[1]
local prefix = 'tag:'

local function drop(tag)
  local cursor, count = '0', 0
  repeat
    local reply = redis.call('SSCAN', prefix .. tag, cursor, 'COUNT', 0x64)
    cursor = reply[1]
    for _, key in ipairs(reply[2]) do
      count = count + redis.call('UNLINK', key)
    end
  until cursor == '0'
  redis.call('DEL', prefix .. tag)
  return count
end

if mode == 'drop' then
  local total = 0
  for i = 2, #ARGV do
    total = total + drop(ARGV[i])
  end
  return total
elseif mode == 'put' then
  local key, value, ttl = KEYS[1], ARGV[2], tonumber(ARGV[3])
  if ttl and ttl > 0 then
    redis.call('SET', key, value, 'EX', ttl)
  else
    redis.call('SET', key, value)
  end
  for i = 4, #ARGV do
    local tag = ARGV[i]:lower():gsub('%s+', '-')
    redis.call('SADD', prefix .. tag, key)
  end
  return redis.status_reply('STORED')
else
  return redis.error_reply [[ERR mode is 'put' or 'drop']]
end
