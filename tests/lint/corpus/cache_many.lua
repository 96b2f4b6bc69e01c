-- Several values at once, empty texts where there are none.
local values = redis.call('MGET', unpack(KEYS))
local found = 0
for i = 1, #KEYS do
  if values[i] then
    found = found + 1
  else
    values[i] = ''
  end
end
return {found, values}
