"""The names in reach at the console of a full screen: from what the panes show, so that typing waits for nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ldbpy.assist.names import KnownNames, files_at
from ldbpy.assist.records import Kind, Name
from ldbpy.console.console import Console
from ldbpy.render.text import readable
from ldbpy.render.values import value_text
from ldbpy.tui.debugger.sight import Sight
from ldbpy.tui.debugger.worker import Worker
from ldbpy.tui.typing.stopped import StoppedNames

__all__ = ["ScreenNames"]

_WAIT: Final = 0.5
"""Seconds that completion, which has a thread of its own, waits for the fields of a table."""


class ScreenNames:
    """Variables and keys of one look; fields of tables are asked for when they are first wanted.

    Made on the screen's thread, which is never made to wait.
    """

    def __init__(self, console: Console, worker: Worker, sight: Sight) -> None:
        self._worker: Final = worker
        self._stopped: Final = StoppedNames(console)
        self._screen: Final = threading.current_thread()
        kinds = {"": Kind.LOCAL, "from around": Kind.UPVALUE}
        self._known: Final = KnownNames(
            (
                Name(
                    readable(each.variable.name), kinds[each.note], value_text(each.variable.value, depth=0, longest=40)
                )
                for each in sight.roots
            ),
            keys=[readable(key) for key in list(console.session.touched)],
        )

    def variables(self, prefix: str) -> Iterable[Name]:
        """See ``Names``."""
        return self._known.variables(prefix)

    def keys(self, prefix: str) -> Iterable[str]:
        """See ``Names``."""
        return self._known.keys(prefix)

    def files(self, prefix: str) -> Iterable[str]:
        """See ``Names``."""
        return files_at(prefix)

    def members(self, path: Sequence[str], prefix: str) -> Iterable[Name]:
        """See ``Names``."""
        if threading.current_thread() is self._screen:
            return ()
        return self._asked(lambda: list(self._stopped.members(path, prefix)))

    def _asked(self, question: Callable[[], list[Name]]) -> list[Name]:
        """What the console's thread answers, if it has time."""
        answer: list[Name] = []
        done = threading.Event()

        def ask() -> None:
            try:
                answer.extend(question())
            finally:
                done.set()

        if self._worker.is_busy:
            return []
        self._worker.do(ask, looks=False)
        return list(answer) if done.wait(_WAIT) else []
