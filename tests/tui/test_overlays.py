"""What lies over the panes, and keys that come early."""

from __future__ import annotations

import asyncio

from ldbpy.tui.debugger.actions import ACTIONS
from ldbpy.tui.debugger.lines import plain
from ldbpy.tui.debugger.overlays import Help
from tests.tui.screens import embedded, on_screen

SOURCE = "local a = 1\nlocal b = 2\nlocal c = 3\nreturn a + b + c\n"


def test_help_tells_everything_in_narrow_terminals() -> None:
    """No word of what keys do is cut."""
    shown = Help()
    for width in (20, 33, 34, 56, 90):
        told = "".join("".join(plain(line).split()) for line in shown.lines(width, 1000))
        for each in ACTIONS:
            assert "".join(each.summary.split()) in told, each.name
        assert all(len(plain(line)) <= width for line in shown.lines(width, 1000))


def test_help_is_scrolled() -> None:
    """Each key shows other lines at once, to the last and back."""

    async def play() -> None:
        async with on_screen(embedded(SOURCE), 60, 20) as shown:
            await shown.settled()
            await shown.press("?", "lines 1 to 14")
            await shown.press("\x1b[B", "lines 2 to 15 of")
            await shown.press("\x1b[6~", "lines 12 to 25 of")
            await shown.press("\x1b[F", "Lua: n * 2, KEYS[1]")
            await shown.press("\x1b[H", "lines 1 to 14", "running")
            await shown.press("\x1b", "▶script.lua")

    asyncio.run(play())


def test_keys_before_the_first_stop() -> None:
    """Steps that are asked for while the script begins anew are taken from its first statement on."""

    async def play() -> None:
        async with on_screen(embedded(SOURCE)) as shown:
            await shown.settled()
            await shown.play("Rnn")
            await shown.until(lambda: shown.debugger.sight.line == 3)

    asyncio.run(play())
