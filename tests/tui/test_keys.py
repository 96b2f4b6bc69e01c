"""Every key of the table, and what it does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple

import pytest

from ldbpy.tui.debugger.actions import ACTIONS
from ldbpy.tui.debugger.keys import Where
from ldbpy.tui.debugger.layout import Arrangement, PaneName
from tests.tui.screens import Shown, embedded, on_screen

SOURCE: Final = """local t = {1, {2, 3}}
local function double(n)
  local twice = n * 2
  return twice
end
redis.call('SET', KEYS[1], double(4))
redis.call('INCR', KEYS[1])
local last = double(5)
return last
"""
_SEQUENCES: Final = {
    "f1": "\x1bOP",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "f11": "\x1b[23~",
    "s-f11": "\x1b[23;2~",
    "c-f10": "\x1b[21;5~",
    "c-c": "\x03",
    "c-p": "\x10",
    "c-q": "\x11",
    "enter": "\r",
    "space": " ",
    "tab": "\t",
    "s-tab": "\x1b[Z",
    "escape": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "delete": "\x1b[3~",
}
Met = Callable[[Shown], bool]


class Try(NamedTuple):
    """What is typed before and after the key, and what must be so then."""

    met: Met
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def line(number: int) -> Met:
    """The script stands on that line."""
    return lambda shown: shown.debugger.sight.line == number


def cursor(number: int) -> Met:
    """That line is chosen."""
    return lambda shown: shown.debugger.source.line == number


def focus(pane: PaneName) -> Met:
    """That pane has the keys."""
    return lambda shown: shown.debugger.focus is pane


def sees(*words: str) -> Met:
    """All this is on the screen."""
    return lambda shown: all(word in shown.text() for word in words)


def breakpoints(*told: str) -> Met:
    """There are these breakpoints, as they are told."""
    return lambda shown: tuple(each.text for each in shown.debugger.sight.breakpoints) == told


_INSIDE = ("g4\r", "t")
_CALLED = ("g7\r", "t", "2")
_TRIES: Final[dict[str, Try]] = {
    "continue": Try(sees("finished 10")),
    "next": Try(line(2)),
    "step": Try(line(3), ("n", "n")),
    "finish": Try(line(7), _INSIDE),
    "run to cursor": Try(line(7), ("g7\r",)),
    "pause": Try(sees("nothing runs")),
    "restart": Try(line(1), ("n", "n")),
    "abort": Try(sees("aborted")),
    "quit": Try(lambda shown: shown.screen.app.is_done),
    "breakpoint": Try(breakpoints("breakpoint 1 at script.lua:7"), ("g7\r",)),
    "condition": Try(breakpoints("breakpoint 1 at script.lua:3, when n > 4"), ("g3\r", "b"), ("n > 4\r",)),
    "logpoint": Try(breakpoints("logpoint 1 at script.lua:3"), ("g3\r",), ("\x15n is {n}\r",)),
    "disable": Try(sees("disabled"), ("g3\r", "b")),
    "delete": Try(breakpoints(), ("b", "5")),
    "break on command": Try(breakpoints("breakpoint 1 before any INCR"), (), ("incr\r",)),
    "break on key": Try(breakpoints("breakpoint 1 when k changes"), ("6",), ("\r",)),
    "watch": Try(breakpoints("breakpoint 1 when last changes"), ("n",), ("last\r",)),
    "display": Try(sees("#KEYS + 1 = 2"), (), ("#KEYS + 1\r",)),
    "up a frame": Try(line(6), _INSIDE),
    "down a frame": Try(line(4), (*_INSIDE, "u")),
    "frame": Try(line(6), (*_INSIDE, "4", "j")),
    "where it stands": Try(cursor(1), ("g9\r",)),
    "go to line": Try(cursor(8), (), ("8\r",)),
    "search": Try(cursor(4), (), ("TWICE\x15return\r",)),
    "search on": Try(cursor(9), ("/return\r",)),
    "search back": Try(cursor(9), ("/return\r",)),
    "filter": Try(sees("with incr"), _CALLED, ("incr\r",)),
    "go to its line": Try(cursor(6), _CALLED),
    "open": Try(sees("▾ t", "[2]"), ("n", "3")),
    "unfold": Try(sees("▾ t", "[2]"), ("n", "3")),
    "fold": Try(sees("▸ t"), ("n", "3", " ")),
    "set": Try(sees("n      9"), (*_INSIDE, "3"), ("\x159\r",)),
    "print": Try(sees("ldb> =#t", "2"), ("n",), ("#t\r",)),
    "show the key": Try(sees("ldb> keys k", 'k   string "8"'), (*_CALLED, "6")),
    "edit": Try(sees("1 + 2 = 3"), ("a1 + 1\r", "5"), ("\x151 + 2\r",)),
    "changes": Try(sees("ldb> diff", "nothing has changed")),
    "palette": Try(sees("everything that can be done")),
    "help": Try(sees("Esc closes")),
    "next pane": Try(focus(PaneName.COMMANDS)),
    "previous pane": Try(focus(PaneName.CONSOLE)),
    "source": Try(focus(PaneName.SOURCE), ("3",)),
    "console": Try(focus(PaneName.CONSOLE)),
    "maximise": Try(lambda shown: set(shown.screen.view.panes) == {PaneName.SOURCE}),
    "hide": Try(lambda shown: PaneName.STACK not in shown.screen.view.panes, ("4",)),
    "show all": Try(lambda shown: len(shown.screen.view.panes) == len(PaneName), ("4", "H")),
    "larger": Try(lambda shown: shown.debugger.arrangement.right < Arrangement().right),
    "smaller": Try(lambda shown: shown.debugger.arrangement.right > Arrangement().right),
    "up": Try(cursor(3), ("g4\r",)),
    "down": Try(cursor(2)),
    "page up": Try(cursor(1), ("g9\r",)),
    "page down": Try(cursor(9)),
    "scroll up": Try(lambda shown: shown.debugger.feed.up > 0, (":help\r",)),
    "scroll down": Try(lambda shown: shown.debugger.feed.up == 5, (":help\r", "\x1b[5~\x1b[5~")),
    "first": Try(cursor(1), ("g7\r",)),
    "last": Try(cursor(9)),
    "to the left": Try(lambda shown: shown.debugger.source.left == 8, ("\x1b[C\x1b[C",)),
    "to the right": Try(lambda shown: shown.debugger.source.left == 8),
    **{f"go to {pane.value}": Try(focus(pane)) for pane in PaneName},
}


def test_every_action_is_tried() -> None:
    """No key is left out here."""
    assert set(_TRIES) == {each.name for each in ACTIONS}


def test_no_key_does_two_things_in_one_place() -> None:
    """A key of one pane may hide a general one, but never another of the same place."""
    seen: set[tuple[str, Where]] = set()
    for each in ACTIONS:
        for key in each.letters:
            assert (key, each.where) not in seen, key
            seen.add((key, each.where))
    anywhere = [key for each in ACTIONS for key in each.anywhere]
    assert len(anywhere) == len(set(anywhere))


@pytest.mark.parametrize(
    ("name", "key"), [(each.name, key) for each in ACTIONS for key in each.keys], ids=lambda value: value
)
def test_key(name: str, key: str) -> None:
    """The key does what the table says."""
    tried = _TRIES[name]
    asyncio.run(_try(tried, _SEQUENCES.get(key, key)))


async def _try(tried: Try, keys: str) -> None:
    async with on_screen(embedded(SOURCE, (b"k",))) as shown:
        await shown.settled()
        for each in tried.before:
            await shown.play(each)
        if tried.after:
            shown.type(keys)
            for each in tried.after:
                await shown.play(each)
        else:
            shown.type(keys)
        await shown.until(lambda: tried.met(shown))
