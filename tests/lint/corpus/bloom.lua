-- A Bloom filter in a bitmap: adds when ARGV[1] is 'add', else asks.
local size, hashes = 2 ^ 20, 4
local digest = redis.sha1hex(ARGV[2])
local present = 1
for i = 1, hashes do
  local part = tonumber(string.sub(digest, i * 8 - 7, i * 8), 16)
  local offset = part % size
  local was
  if ARGV[1] == 'add' then
    was = redis.call('SETBIT', KEYS[1], offset, 1)
  else
    was = redis.call('GETBIT', KEYS[1], offset)
  end
  if was == 0 then
    present = 0
  end
end
return present
