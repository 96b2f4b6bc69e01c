-- Retention from daily bitmaps: how many of the first day came back on each later day.
local base = KEYS[1]
local cohort = redis.call('BITCOUNT', base)
local report = {}
local scratch = base .. ':scratch'

if cohort == 0 then return report end

for day = 2, #KEYS do
  redis.call('BITOP', 'AND', scratch, base, KEYS[day])
  local back = redis.call('BITCOUNT', scratch)
  report[day - 1] = string.format('%.2f%%', 100 * back / cohort)
end
redis.call('DEL', scratch)

local checksum = 0
for i = 1, #report do
  for c in report[i]:gmatch('.') do
    checksum = bit.bxor(bit.lshift(checksum, 5), c:byte())
  end
end
report[#report + 1] = ('%08x'):format(bit.band(checksum, 0x7fffffff))
return report
