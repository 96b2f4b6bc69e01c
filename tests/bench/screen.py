"""The full-screen debugger, from outside: a process on a terminal of 120 columns and 40 rows."""

from __future__ import annotations

import os
import select
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from tests.bench.measure import row, title
from tests.pty.screen import ScreenTerminal
from tests.pty.terminal import on_terminal_of

__all__ = ["bench_screen"]

_SIZE: Final = (120, 40)
_SMALL: Final = "local n = redis.call('INCR', KEYS[1])\nreturn n\n"
_FUNCTION: Final = """local function f{0}(x)
  local y = x + {0} -- line {0}
  if y > 3 then y = 'text' .. y end
  return y
end
"""
_LARGE: Final = (
    "local t = {}\nfor i = 1, 100000 do t[i] = i end\nlocal n = 0\n"
    + "".join(_FUNCTION.format(number) for number in range(120))
    + "".join(f"n = n + {number}\n" for number in range(9400))
)
_DOWN, _PAGE, _F10 = "\x1b[B", "\x1b[6~", "\x1b[21~"


def bench_screen() -> None:
    """First screen, keys, steps."""
    title("the full screen, 120 columns and 40 rows")
    with tempfile.TemporaryDirectory() as folder:
        first = statistics.median(_first(Path(folder)) for _ in range(5))
        row("from the shell to the first screen with the script", f"{first:.0f} ms", "<= 350 ms", ok=first <= 350)
        _large(Path(folder))


def _first(folder: Path) -> float:
    """Milliseconds until the script is seen where it stands."""
    (folder / "small.lua").write_text(_SMALL)
    start = time.perf_counter()
    with _opened(folder, "small.lua") as terminal:
        terminal.see("● entry", "INCR")
        milliseconds = (time.perf_counter() - start) * 1000
        terminal.leave("q")
    return milliseconds


def _opened(folder: Path, script: str) -> AbstractContextManager[ScreenTerminal]:
    command = ["-m", "ldbpy", "debug", "--no-remember", script, "k"]
    return on_terminal_of(ScreenTerminal, command, folder, size=_SIZE)


def _large(folder: Path) -> None:
    (folder / "large.lua").write_text(_LARGE)
    with _opened(folder, "large.lua") as terminal:
        terminal.see("● entry")
        terminal.press("g3\rt", "→    3")
        terminal.press("3\r", "[5]")
        moving = _p95(terminal, lambda turn: (_DOWN, _PAGE)[turn % 2])
        row("key to redraw, p95: a table of 10^5 elements", f"{moving:.1f} ms", "<= 16 ms", ok=moving <= 16)
        terminal.press("1", "▶large.lua")
        moving = _p95(terminal, lambda turn: (_DOWN, _PAGE)[turn % 2])
        row("key to redraw, p95: a source of 10,000 lines", f"{moving:.1f} ms", "<= 16 ms", ok=moving <= 16)
        steps = _held(terminal)
        row("steps a second on screen with F10 held", f"{steps:.0f}", ">= 60", ok=steps >= 60)
        terminal.leave("q")


def _p95(terminal: ScreenTerminal, key: Callable[[int], str]) -> float:
    times = []
    for turn in range(100):
        _drain(terminal, 0.03)
        start = time.perf_counter()
        terminal.type(key(turn))
        select.select([terminal.near], [], [], 5)
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)[94]


def _drain(terminal: ScreenTerminal, quiet: float) -> int:
    """Read what comes until nothing does for some seconds; how many bytes."""
    size = 0
    while select.select([terminal.near], [], [], quiet)[0]:
        size += len(os.read(terminal.near, 65536))
    return size


def _held(terminal: ScreenTerminal) -> float:
    """Steps a second: as many keys as the screen keeps up with, each drawn before the next."""
    _drain(terminal, 0.3)
    count, start = 150, time.perf_counter()
    for _ in range(count):
        terminal.type(_F10)
        select.select([terminal.near], [], [], 5)  # the stop is on the screen
        while select.select([terminal.near], [], [], 0)[0]:
            os.read(terminal.near, 65536)
    return count / (time.perf_counter() - start)
