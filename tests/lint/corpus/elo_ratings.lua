-- Elo ratings: a match of two players updates the table of all, and keeps a history of each.
local board = KEYS[1]
local history = { KEYS[2], KEYS[3] }
local players = { ARGV[1], ARGV[2] }
local score = tonumber(ARGV[3]) -- 1 first wins, 0 second wins, 0.5 draw
local K = tonumber(ARGV[4] or '') or 32

if score ~= 0 and score ~= 1 and score ~= 0.5 then
  return redis.error_reply('ERR score must be 0, 0.5 or 1')
end

local function rating(player)
  local known = redis.call('ZSCORE', board, player)
  return known and tonumber(known) or 1500
end

local ratings = { rating(players[1]), rating(players[2]) }
local expected = 1 / (1 + 10 ^ ((ratings[2] - ratings[1]) / 400))
local delta = K * (score - expected)
local deltas = { delta, -delta }

local reply = {}
for i = 1, 2 do
  local new = math.max(100, ratings[i] + deltas[i])
  local text = string.format('%.2f', new)
  redis.call('ZADD', board, text, players[i])
  redis.call('LPUSH', history[i], text)
  redis.call('LTRIM', history[i], 0, 49)
  reply[#reply + 1] = text
  reply[#reply + 1] = redis.call('ZREVRANK', board, players[i])
end
return reply
