"""A console on a backend without Lua, and what it wrote."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ldbpy.console.console import Console
from ldbpy.engine.session import Session
from ldbpy.render.style import PLAIN
from ldbpy.testing import At, ScriptedBackend, Step

__all__ = ["STEPS", "Told", "told_by"]

STEPS: Sequence[Step] = [At(1, locals={"n": 1}), At(2, locals={"n": 2}), At(4, locals={"n": 4})]


class Told:
    """A console that stands at its first statement, and the lines it wrote since."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.lines: list[str] = []
        self.threads: list[threading.Thread] = []
        """The thread each event was told on."""
        self.console = Console(
            session,
            session.backend.script,
            lambda text: self.lines.extend(text.split("\n")),
            PLAIN,
            on_event=lambda event: self.threads.append(threading.current_thread()),
            now=lambda: 0,
        )

    def by(self, *commands: str) -> list[str]:
        """What commands write."""
        self.lines.clear()
        self.console.run(commands)
        return list(self.lines)


@contextmanager
def told_by(steps: Sequence[Step] = STEPS, *, start: bool = True, **options: object) -> Iterator[Told]:
    """A console, its session ended in any case."""
    backend = ScriptedBackend(steps, functions={"f": 2}, **options)  # type: ignore[arg-type]
    session = Session(backend, lambda pattern, key: pattern == key)
    session.load()
    told = Told(session)
    try:
        if start:
            told.console.start()
        yield told
    finally:
        session.close()
