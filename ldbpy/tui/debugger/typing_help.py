"""Help at the console of a full screen. Loaded when the first screen is there: nobody types before."""

from __future__ import annotations

from typing import Final

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import ThreadedCompleter
from prompt_toolkit.layout.controls import BufferControl

from ldbpy.assist.names import NOTHING
from ldbpy.tui.debugger.debugger import Debugger
from ldbpy.tui.debugger.lines import Line
from ldbpy.tui.debugger.looks import Looks
from ldbpy.tui.debugger.names import ScreenNames
from ldbpy.tui.typing.typing import Colours, HelpfulCompleter, Marks, Typing, hint_line

__all__ = ["TypingHelp"]


class TypingHelp:
    """Completes, colours and marks what is typed, and tells what it takes."""

    def __init__(self, debugger: Debugger, looks: Looks, buffer: Buffer, control: BufferControl) -> None:
        self._debugger: Final = debugger
        self._looks: Final = looks
        self._typing: Final = Typing(looks.language({}), NOTHING)
        buffer.completer = ThreadedCompleter(HelpfulCompleter(self._typing))
        control.lexer = Colours(self._typing)
        if looks.check:
            control.input_processors = [*(control.input_processors or []), Marks(self._typing)]
        self.know()

    def know(self) -> None:
        """Take the names that are in reach now."""
        console, worker = self._debugger.console, self._debugger.worker
        names = ScreenNames(console, worker, self._debugger.sight)
        self._typing.update(names, self._looks.language(console.aliases))

    def hint(self, text: str, cursor: int, width: int) -> Line:
        """What the call at the cursor takes."""
        if not self._looks.hints:
            return ()
        return tuple((style, told) for style, told, *_ in hint_line(self._typing.hint(text, cursor), width))
