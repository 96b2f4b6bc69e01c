"""The full-screen debugger on a terminal."""

from __future__ import annotations

import asyncio
import gc
import importlib
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.layout.containers import Float, FloatContainer, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl, SearchBufferControl
from prompt_toolkit.layout.layout import Layout
from prompt_toolkit.layout.menus import CompletionsMenu
from prompt_toolkit.layout.processors import AppendAutoSuggestion

from ldbpy.console.console import Console
from ldbpy.errors import LdbpyError, SessionError
from ldbpy.tui.debugger import highlight
from ldbpy.tui.debugger.bindings import bindings
from ldbpy.tui.debugger.debugger import LATE, Debugger
from ldbpy.tui.debugger.layout import PaneName
from ldbpy.tui.debugger.lines import Line
from ldbpy.tui.debugger.looks import Looks
from ldbpy.tui.debugger.mouse import Mouse
from ldbpy.tui.debugger.overlays import Palette
from ldbpy.tui.debugger.panes.console import ConsolePane
from ldbpy.tui.debugger.signs import signs_for
from ldbpy.tui.debugger.view import View, Windows
from ldbpy.tui.signals import ENDING, Told

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding.key_processor import KeyPressEvent
    from prompt_toolkit.output import Output

    from ldbpy.tui.debugger.typing_help import TypingHelp

__all__ = ["Screen"]

_INTERVAL: Final = 0.0005
"""Seconds a thread may keep the interpreter from the others: the screen waits for the script, and it for the screen."""
_ESCAPE: Final = 0.1
"""Seconds after which Esc is taken for the key, not for the beginning of what another key sends."""
_LEAVE: Final = 3.0
"""Seconds the script has to end."""
_AT_ONCE: Final = 0.15
"""Seconds in which a script that begins is waited for with the first screen."""
_PATIENCE: Final = 0.5
"""Seconds after which what can wait for the first look at the script does so no longer."""


def _collect_again() -> None:
    """Collect garbage again, but look at nothing that is there now: that would take longer than a key may."""
    gc.freeze()
    gc.enable()


class Screen:
    """Shows a session until the person is through."""

    def __init__(
        self,
        console: Console,
        feed: ConsolePane,
        looks: Looks,
        *,
        terminal: tuple[Input, Output] | None = None,
        leaving: Callable[[], None] = lambda: None,
    ) -> None:
        """``feed`` is where ``console`` writes; ``terminal`` is read and written instead of the real one.

        ``leaving`` is called on the console's thread before the script is ended.
        """
        self.debugger: Final = Debugger(console, feed, self._redraw, self._failed, leaving)
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_asked = False
        """Whether the screen is about to be drawn because another thread asks for it."""
        self._looks: Final = looks
        self._help: TypingHelp | None = None
        self._typed: Final = Buffer(
            multiline=False,
            accept_handler=self._accept,
            history=looks.history,
            complete_while_typing=looks.complete_while_typing,
            auto_suggest=looks.suggest,
            enable_history_search=not looks.complete_while_typing,  # the library can do one of them
        )
        self._asked: Final = Buffer(multiline=False, on_text_changed=self._narrow)
        searching = SearchBufferControl()
        self._line: Final = BufferControl(
            self._typed,
            input_processors=[AppendAutoSuggestion()],
            preview_search=True,
            search_buffer_control=searching,
        )
        self._windows: Final = Windows(
            Window(FormattedTextControl(focusable=True), always_hide_cursor=True),
            Window(self._line, height=1),
            Window(BufferControl(self._asked), height=1),
            Window(searching, height=1),
        )
        self.app: Final = self._make_app(terminal)
        self.view: Final = self._make_view(searching)
        self.debugger.on_sight = self._know
        menu = Float(CompletionsMenu(max_height=8), xcursor=True, ycursor=True)
        self.app.layout = Layout(FloatContainer(self.view, [menu]), focused_element=self._windows.idle)
        self._began: Callable[[], None] = lambda: None
        """What is done when the script is seen."""
        self._seen: Final = asyncio.Event()
        self.app.after_render += lambda _: self._drawn()

    def _make_app(self, terminal: tuple[Input, Output] | None) -> Application[None]:
        """What reads keys and draws; the layout is not known yet."""
        read, write = terminal or (None, None)
        app: Application[None] = Application(
            full_screen=True,
            mouse_support=self._looks.mouse,
            style=self._looks.style,
            color_depth=self._looks.depth,
            editing_mode=EditingMode.VI if self._looks.vi else EditingMode.EMACS,
            key_bindings=self._bindings(),
            input=read,
            output=write,
        )
        app.ttimeoutlen = app.timeoutlen = _ESCAPE
        app.key_processor.before_key_press += lambda _: self.debugger.say("")
        return app

    def _make_view(self, searching: SearchBufferControl) -> View:
        """The panes on the terminal, and what they ask of the screen."""
        view = View(self.debugger, signs_for(self.app.output.encoding()), self._windows)
        view.before = lambda: self.app.renderer.last_rendered_screen
        view.searches = lambda: self.app.layout.current_control is searching
        view.hint = self._hint
        view.covered = lambda: self._typed.complete_state is not None
        view.mouse = Mouse(self.debugger, view, self._settle)
        return view

    def _bindings(self) -> KeyBindings:
        """The table of keys, and what Ctrl-C and Ctrl-D mean where one types."""
        keys = bindings(self.debugger, lambda: self._asked.text, self._settle)
        typing = has_focus(self._typed)
        begun = Condition(lambda: bool(self._typed.text))

        @keys.add("c-c", filter=typing & begun)
        def drop(event: KeyPressEvent) -> None:
            self._typed.reset()

        @keys.add("c-d", filter=typing & ~begun)
        def leave(event: KeyPressEvent) -> None:
            self.leave()

        return keys

    # -- from any thread

    def _redraw(self) -> None:
        """Ask the screen's thread: as the screen goes away, the library cannot be asked from another."""
        if self._loop is not None and not self._is_asked:
            self._is_asked = True
            with suppress(RuntimeError):  # it is gone
                self._loop.call_soon_threadsafe(self._draw_again)

    def _failed(self, error: BaseException) -> None:
        self._failure = error
        self.debugger.done = True
        self._redraw()

    # -- on the screen's thread

    def _draw_again(self) -> None:
        self._is_asked = False
        self.app.invalidate()

    def run(self, begin: Callable[[], None]) -> None:
        """Show the screen, let ``begin`` begin the session on the console's thread, and stay until the end.

        The garbage collector may be off until the script is seen; it is on then.

        Raises:
            BaseException: what went wrong on the console's thread.
        """
        interval = sys.getswitchinterval()
        sys.setswitchinterval(_INTERVAL)
        self._began = _collect_again
        try:
            asyncio.run(self.run_async(begin))
        finally:
            sys.setswitchinterval(interval)
            gc.enable()

    async def run_async(self, begin: Callable[[], None], *, signals: bool = True) -> None:
        """The same in an event loop. ``signals``: leave the terminal clean when the process is told to end."""
        loop = self._loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._went_wrong)
        for each in ENDING if signals else ():
            loop.add_signal_handler(each, self._told, each)
        self.debugger.worker.start()
        self.debugger.worker.do(lambda: self._begin(begin))
        self.debugger.looked.wait(_AT_ONCE)  # both at once would take longer
        try:
            if self._failure is None:
                await self.app.run_async(
                    pre_run=self._begin_ticking,
                    set_exception_handler=False,
                    handle_sigint=False,
                )
        finally:
            if not self.debugger.worker.end(_LEAVE):
                self._failure = self._failure or SessionError("the script does not end: it is left as it is")
        if self._failure is not None:
            raise self._failure

    def _went_wrong(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Something failed in drawing, or in doing what a key asks for: that is for whoever runs the screen."""
        self._failure = self._failure or context.get("exception") or RuntimeError(context["message"])
        self.leave()

    def _told(self, number: int) -> None:
        """The process is told to end."""
        self._failure = self._failure or Told(number)
        self.leave()

    def _begin(self, begin: Callable[[], None]) -> None:
        """On the console's thread. A session that cannot begin needs no screen."""
        try:
            begin()
        except LdbpyError as error:
            self._failed(error)

    def _begin_ticking(self) -> None:
        self.app.create_background_task(self._tick())
        self.app.create_background_task(self._learn())

    async def _tick(self) -> None:
        """Show how long something takes, and what comes meanwhile."""
        while True:
            await asyncio.sleep(LATE / 2)
            if self.debugger.late or self.debugger.commands.behind:
                self.app.invalidate()

    def _drawn(self) -> None:
        if self.debugger.sight.program is not None:
            self._seen.set()
        if self.debugger.done:
            self.leave()

    def leave(self) -> None:
        """End the session, and take the screen away."""
        if self.app.is_running and not self.app.is_done:
            self.app.exit()

    def _settle(self) -> None:
        """After a key: give the keys to where they belong now."""
        debugger = self.debugger
        if debugger.done:
            self.leave()
        if debugger.question is not None:
            if self.app.layout.current_window is not self._windows.asking:
                self._asked.text = debugger.question.text
                self._asked.cursor_position = len(self._asked.text)
            wanted = self._windows.asking
        else:
            wanted = (
                self._windows.typing
                if debugger.focus is PaneName.CONSOLE and debugger.overlay is None
                else self._windows.idle
            )
        if self.app.layout.current_window is not wanted:
            self.app.layout.focus(wanted)

    async def _learn(self) -> None:
        """Load what colours the source and helps while typing, once the script is seen: nobody types before."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._seen.wait(), _PATIENCE)
        self._began()
        await asyncio.to_thread(highlight.load)
        self.app.invalidate()
        module = await asyncio.to_thread(importlib.import_module, "ldbpy.tui.debugger.typing_help")
        self._help = module.TypingHelp(self.debugger, self._looks, self._typed, self._line)

    def _know(self) -> None:
        if self._help is not None:
            self._help.know()

    def _hint(self, width: int) -> Line:
        """What the call that is typed takes."""
        if self._help is None or self.app.layout.current_window is not self._windows.typing:
            return ()
        document = self._typed.document
        return self._help.hint(document.text, document.cursor_position, width)

    def _accept(self, buffer: Buffer) -> bool:
        for line in buffer.text.splitlines() or [""]:
            self.debugger.execute(line, echo=True)
        return False

    def _narrow(self, buffer: Buffer) -> None:
        if isinstance(self.debugger.overlay, Palette):
            self.debugger.overlay.find(buffer.text)
