-- The fields of a hash, sorted, as one text.
local function fields_of(key)
  local flat, names, values = redis.call('HGETALL', key), {}, {}
  for i = 1, #flat, 2 do
    names[#names + 1] = flat[i]
    values[flat[i]] = flat[i + 1]
  end
  table.sort(names)
  return names, values
end
local names, values = fields_of(KEYS[1])
local lines = {}
for _, name in ipairs(names) do
  lines[#lines + 1] = name .. '=' .. values[name]
end
return table.concat(lines, '\n')
