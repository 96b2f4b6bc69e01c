"""A shop that keeps its stock in Redis."""

import redis

client = redis.Redis()

RESERVE = """
local stock = tonumber(redis.call('GET', KEYS[1])) or 0
if stock < tonumber(ARGV[1]) then
  return redis.error_reply('SOLDOUT only ' .. stock)
end
redis.call('DECRBY', KEYS[1], ARGV[1])
redis.call('RPUSH', KEYS[2], ARGV[2])
return stock
"""


def reserve(item: str, count: int, user: str) -> int:
    """Take some of an item out of the stock."""
    return client.eval(RESERVE, 1, f"stock:{item}", count, user)
