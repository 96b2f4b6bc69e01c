"""Scenes of the full-screen debugger: a script, what is typed, and the screen that is then seen (``golden/``)."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Final, NamedTuple

from tests.tui.screens import embedded, on_screen

__all__ = ["SCENES", "Scene", "golden_path", "play"]

_FOLDER: Final = Path(__file__).parent / "golden"
_TIMES: Final = re.compile(r" *\d+ µs| *\d+ us")

ORDERS: Final = """-- Takes orders from a queue and adds up what they cost.
--[[ KEYS: the queue, the total.
     ARGV: how many at most. ]]
local function price(order)
\tlocal each = tonumber(order.price) or 0
  return each * order.count
end

local sum, orders = 0, {}
for number = 1, tonumber(ARGV[1]) do
  local text = redis.call('LPOP', KEYS[1])
  if not text then break end
  local order = cjson.decode(text)
  orders[#orders + 1] = order
  redis.log(redis.LOG_NOTICE, 'order of ' .. order.name)
  sum = sum + price(order) -- 日本語 is wide, and this line is so long that it is cut at its end
end
redis.call('INCRBY', KEYS[2], sum)
redis.call('LPUSH', KEYS[2], 'x')
return sum
"""
SEED: Final = ("""redis RPUSH queue '{"name":"anna","price":3,"count":2}' '{"name":"日本","price":"5","count":1}'""",)


class Scene(NamedTuple):
    """What is typed, in steps after each of which the screen is waited for."""

    steps: tuple[str, ...]
    size: tuple[int, int] = (100, 30)
    encoding: str = "utf-8"


_INSIDE: Final = (":break price if order.count > 1\r", "break on INCRBY\r", "c\r", "\x1b", "n", "u", "a#orders\r")
_TABLE: Final = (*_INSIDE, "d", "3", "\r")
_ERROR: Final = ("c",)

SCENES: Final = {
    **{
        f"{name}-{columns}x{rows}": Scene(steps, (columns, rows))
        for name, steps in {
            "entry": (),
            "in-a-function": _INSIDE,
            "a-table": _TABLE,
            "an-error": _ERROR,
            "the-end": ("c", "c"),
            "help": ("?",),
            "palette": ("\x10", "brk"),
        }.items()
        for columns, rows in ((60, 20), (100, 30), (200, 60))
    },
    "tiny-20x5": Scene(_INSIDE, (20, 5)),
    "tiny-console-20x5": Scene((":", "1 + 1\r"), (20, 5)),
    "no-utf-8": Scene(_TABLE, (80, 24), "ascii"),
    "largest-250x70": Scene(_TABLE, (250, 70)),
    "one-pane": Scene((*_TABLE, "z")),
    "without-two-panes": Scene(("7", "\x1b", "6", "H", "2", "H")),
    "filtered-commands": Scene((*_INSIDE, "2", "/incr\r", "c", "c")),
    "search": Scene(("/ORDER\r", "/order\r", "N")),
    "scrolled-to-the-right": Scene(("g16\r", "l", "l", "l")),
}


def golden_path(name: str) -> Path:
    """Where the screen of a scene is kept."""
    return _FOLDER / f"{name}.txt"


def play(scene: Scene) -> str:
    """The screen of a scene; times are scrubbed."""
    return asyncio.run(_played(scene))


async def _played(scene: Scene) -> str:
    session = embedded(ORDERS, (b"queue", b"total"), (b"10",), file="orders.lua")
    async with on_screen(session, *scene.size, encoding=scene.encoding, begin=SEED) as shown:
        await shown.settled()
        for step in scene.steps:
            await shown.play(step)
        return _TIMES.sub(lambda match: " " * (len(match[0]) - 4) + "N" + match[0][-3:], shown.text()) + "\n"
