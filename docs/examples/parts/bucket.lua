-- What is left in a bucket; a new one is full.
local function level(key, size)
  local left = redis.call("GET", key)
  if left == nil then
    return size
  end
  return tonumber(left)
end
