"""The full screen without a terminal: keys from a pipe, what is drawn read by pyte, no sleeps, every wait bounded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

import pyte
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output

from ldbpy.console.console import Console
from ldbpy.engine.session import Session
from ldbpy.render.style import PLAIN
from ldbpy.script.source import Script, SourceMap
from ldbpy.targets.run_options import RunOptions
from ldbpy.tui.debugger import highlight
from ldbpy.tui.debugger.looks import Looks
from ldbpy.tui.debugger.panes.console import ConsolePane
from ldbpy.tui.debugger.screen import Screen
from ldbpy.tui.theme import Theme, style_of
from ldbpy.wiring import open_embedded, open_session

__all__ = ["Shown", "embedded", "on_screen"]

_MARK: Final = "\x1b[34~"
"""A key that nothing else uses: when it is taken, so are those before it."""
_LIMIT: Final = 20.0
"""Seconds after which what was expected is taken not to come."""
_AGAIN: Final = 0.05
"""Seconds after which something is looked at without a drawing."""


highlight.load()  # so that no screen is drawn before


class _Glass:
    """A terminal that is only looked at."""

    def __init__(self, columns: int, rows: int, encoding: str) -> None:
        self.encoding: Final = encoding
        self.screen: Final = pyte.Screen(columns, rows)
        self.written = 0
        self._stream: Final = pyte.Stream(self.screen)

    def write(self, text: str) -> int:
        """Show what the program writes."""
        self.written += len(text)
        self._stream.feed(text.encode(self.encoding, "replace").decode(self.encoding))
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""

    def isatty(self) -> bool:
        """It is a terminal to the program."""
        return True

    def fileno(self) -> int:
        """It has none."""
        return -1


class Shown:
    """A full screen, and what is on it."""

    def __init__(self, screen: Screen, glass: _Glass, keys: PipeInput) -> None:
        self.screen: Final = screen
        self.debugger: Final = screen.debugger
        self._glass: Final = glass
        self._keys: Final = keys
        self._drawn: Final = asyncio.Event()
        screen.app.after_render += lambda _: self._drawn.set()
        self._sent = self._taken = 0
        assert isinstance(screen.app.key_bindings, KeyBindings)
        screen.app.key_bindings.add("f20", eager=True)(self._take)

    @property
    def cells(self) -> pyte.Screen:
        """The terminal."""
        return self._glass.screen

    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self._glass.screen.display)

    def type(self, keys: str) -> None:
        """Press keys."""
        self._keys.send_text(keys)

    async def until(self, met: Callable[[], bool], again: float | None = None) -> None:
        """Wait until something is so; it is looked at after each drawing, and ``again`` after so many seconds."""
        try:
            async with asyncio.timeout(_LIMIT):
                while not met():
                    self._drawn.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._drawn.wait(), again)
        except TimeoutError:
            raise AssertionError(f"what was expected did not come:\n{self.text()}") from None

    async def see(self, *words: str) -> None:
        """Wait until all this is on the screen."""
        await self.until(lambda: all(word in self.text() for word in words))

    async def press(self, keys: str, *words: str) -> None:
        """Press keys, and wait until all this is on the screen."""
        self.type(keys)
        await self.see(*words)

    async def play(self, keys: str) -> None:
        """Press keys, and wait until they are taken, what they ask for is done, and that has been drawn."""
        self._sent += 1
        self.type(keys + _MARK)
        await self.until(lambda: self._taken == self._sent)
        await self.settled()

    def _take(self, event: KeyPressEvent) -> None:
        self._taken += 1

    async def settled(self) -> None:
        """Wait until nothing is left to do and it has been drawn."""
        # The worker may come to rest just after what it has done was drawn.
        await self.until(self._rests, _AGAIN)
        while not self.screen.app.is_done:
            self._drawn.clear()
            self.screen.app.invalidate()
            async with asyncio.timeout(_LIMIT):
                await self._drawn.wait()
            if self._rests():  # drawing may have asked for more
                break
            await self.until(self._rests, _AGAIN)

    def _rests(self) -> bool:
        # The worker asks for a drawing of whatever it has found before it rests.
        return not self.debugger.worker.is_busy and not self.screen.app.invalidated

    async def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size."""
        self._glass.screen.resize(rows, columns)
        self._drawn.clear()
        self.screen.app._on_resize()
        async with asyncio.timeout(_LIMIT):
            await self._drawn.wait()


@asynccontextmanager
async def on_screen(
    session: Session,
    columns: int = 100,
    rows: int = 30,
    *,
    encoding: str = "utf-8",
    begin: Sequence[str] = (),
    looks: Looks | None = None,
) -> AsyncIterator[Shown]:
    """A session on a full screen; at the end it is left, if that has not happened."""
    glass, feed = _Glass(columns, rows, encoding), ConsolePane()
    console = Console(session, session.backend.script, feed.tell, PLAIN, now=lambda: 0)
    session.load()
    with create_pipe_input() as keys, create_app_session():
        size = lambda: Size(rows=glass.screen.lines, columns=glass.screen.columns)  # noqa: E731
        output = Vt100_Output(glass, size, term="xterm-256color", enable_cpr=False)  # type: ignore[arg-type]
        looks = looks or Looks(style_of(Theme.DARK), ColorDepth.DEPTH_8_BIT)
        screen = Screen(console, feed, looks, terminal=(keys, output))
        shown = Shown(screen, glass, keys)

        def first() -> None:
            console.start()
            console.run(begin)

        running = asyncio.ensure_future(screen.run_async(first, signals=False))
        try:
            await shown.until(lambda: running.done() or screen.debugger.sight.program is not None)
            yield shown
        finally:
            if not running.done():
                screen.leave()
            async with asyncio.timeout(_LIMIT):
                await running


def embedded(
    source: str, keys: Sequence[bytes] = (), args: Sequence[bytes] = (), *, file: str = "script.lua"
) -> Session:
    """A session on the embedded server."""
    script = Script(source.encode(), SourceMap(file))
    session = open_session(open_embedded(), lambda: script, keys, args, RunOptions())
    session.tell_commands = True
    return session
