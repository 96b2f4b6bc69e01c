"""The full screen at work: the mouse, steps that wait, a server's own debugger."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

from ldbpy.engine.session import State
from ldbpy.tui.debugger.layout import PaneName
from tests.tui.screens import Shown, embedded, on_screen

SOURCE = "local t = {1, 2}\nlocal n = 1\nn = n + 1\nn = n + 1\nreturn n\n"


def on_it(does: Callable[[Shown], Awaitable[None]], source: str = SOURCE) -> None:
    """Do something on a screen."""

    async def run() -> None:
        async with on_screen(embedded(source, (b"k",))) as shown:
            await shown.settled()
            await does(shown)

    asyncio.run(run())


def _click(x: int, y: int, *, down: bool = True) -> str:
    return f"\x1b[<0;{x + 1};{y + 1}{'M' if down else 'm'}"


def test_click_chooses_and_sets_a_breakpoint() -> None:
    """A click on a line chooses it, left of it a breakpoint is set, on another pane that has the keys."""

    async def does(shown: Shown) -> None:
        await shown.play(_click(20, 3) + _click(20, 3, down=False))
        assert shown.debugger.source.line == 3
        await shown.play(_click(1, 4) + _click(1, 4, down=False))
        assert [each.line for each in shown.debugger.sight.breakpoints] == [4]
        rect = shown.screen.view.panes[PaneName.STACK]
        await shown.play(_click(rect.x + 3, rect.y + 1))
        assert shown.debugger.focus is PaneName.STACK

    on_it(does)


def test_wheel_scrolls_what_is_under_it() -> None:
    """The wheel moves the source, and leaves the keys and the choice where they are."""

    async def does(shown: Shown) -> None:
        await shown.play("\x1b[<65;10;5M")
        assert (shown.debugger.source.listing.top, shown.debugger.source.line) == (3, 1)

    on_it(does, SOURCE + "\n" * 200 + "-- end")


def test_border_follows_the_mouse() -> None:
    """The border between the columns is dragged."""

    async def does(shown: Shown) -> None:
        rect = shown.screen.view.panes[PaneName.VARIABLES]
        await shown.play(_click(rect.x, 5) + "\x1b[<32;41;6M" + _click(40, 5, down=False))
        assert shown.screen.view.panes[PaneName.VARIABLES].x in (40, 41)
        assert shown.debugger.focus is PaneName.SOURCE

    on_it(does)


def test_a_click_on_a_title_goes_there() -> None:
    """The border above a pane is its title as long as it is not moved."""

    async def does(shown: Shown) -> None:
        rect = shown.screen.view.panes[PaneName.CONSOLE]
        await shown.play(_click(5, rect.y) + _click(5, rect.y, down=False))
        assert shown.debugger.focus is PaneName.CONSOLE

    on_it(does)


def test_steps_do_not_run_past_a_breakpoint() -> None:
    """Steps that were typed ahead are forgotten where a breakpoint stops the script."""

    async def does(shown: Shown) -> None:
        await shown.play("g3\rb")
        typed = threading.Event()

        def wait() -> None:
            typed.wait(20)

        shown.debugger.worker.do(wait)
        for _ in range(4):
            shown.debugger.step("next")
        typed.set()
        await shown.settled()
        assert shown.debugger.sight.line == 3

    on_it(does)


def test_values_that_changed_are_marked() -> None:
    """A variable that has another value than at the last stop is marked, and one that is new."""

    async def does(shown: Shown) -> None:
        await shown.play("n")
        await shown.play("n")
        assert any("n     1" in line and "new" in line for line in shown.text().split("\n"))
        await shown.play("n")
        assert any("n     2" in line and "changed" in line for line in shown.text().split("\n"))

    on_it(does)


def test_restart_begins_anew() -> None:
    """After the end R runs the script again, and breakpoints stay."""

    async def does(shown: Shown) -> None:
        await shown.play("g3\rb")
        await shown.play("c")
        await shown.play("c")
        assert shown.debugger.sight.state is State.ENDED
        await shown.play("R")
        assert shown.debugger.sight.line == 1
        await shown.play("c")
        assert shown.debugger.sight.line == 3

    on_it(does)


def test_lines_that_have_run_are_marked() -> None:
    """Lines on which statements have begun have a dot, those that were passed over have none."""

    async def does(shown: Shown) -> None:
        await shown.play("g6\rt")
        assert shown.debugger.sight.executed == frozenset((1, 2, 5, 6))

    on_it(does, "local n = 1\nif n > 1 then\n  n = 2\nend\nn = 3\nreturn n\n")
