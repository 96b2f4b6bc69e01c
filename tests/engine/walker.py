"""A session without a prompt, for tests that step by the thousand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ldbpy.engine.session import Session
from ldbpy.engine.stops import StepKind
from ldbpy.flavors import DEFAULT_FLAVOR, FLAVORS
from ldbpy.lua.limits import Limits
from ldbpy.model.debugging import Ended, Stopped
from ldbpy.script.source import Script, SourceMap
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions
from ldbpy.wiring import open_session

__all__ = ["Spot", "arrive", "opened", "step", "trace"]


class Spot(NamedTuple):
    """Where a script stood."""

    statements: int
    """How many statements had begun."""
    line: int
    column: int
    thread: int
    depth: int
    chain: tuple[int, ...]
    """The threads on the stack, the innermost first."""
    functions: tuple[str, ...]
    """The functions of its thread, the innermost first."""


@contextmanager
def opened(
    source: bytes,
    *,
    keys: tuple[bytes, ...] = (),
    args: tuple[bytes, ...] = (),
    flavor: str = DEFAULT_FLAVOR,
    seconds: float = 20,
) -> Iterator[Session]:
    """A session with a script, ended in any case."""
    server = EmbeddedServer(FLAVORS[flavor], limits=Limits(seconds=seconds))
    script = Script(source, SourceMap("script.lua"))
    session = open_session(server, lambda: script, keys, args, RunOptions())
    session.stop_on_uncaught = False
    session.look = session.backend.frames
    try:
        yield session
    finally:
        session.close()


def step(session: Session, kind: StepKind) -> Stopped | None:
    """Go on to the next stop; None at the end."""
    session.resume(kind)
    return arrive(session)


def arrive(session: Session) -> Stopped | None:
    """Wait for the next stop; None at the end."""
    for event in session.events():
        if isinstance(event, Stopped):
            return event
        if isinstance(event, Ended):
            return None
    raise AssertionError("neither a stop nor the end")


def trace(session: Session, limit: int) -> list[Spot]:
    """Every place a script stands at, stepped into everything; at most ``limit``."""
    session.start()
    spots: list[Spot] = []
    stopped = arrive(session)
    while stopped is not None and len(spots) < limit:
        spots.append(spot(session, stopped))
        stopped = step(session, StepKind.STEP_IN)
    session.abort()
    return spots


def spot(session: Session, stopped: Stopped) -> Spot:
    """Where the script stands, in all detail."""
    frames = session.seen
    assert isinstance(frames, tuple)
    thread = stopped.thread
    functions = tuple(frame.function for frame in frames if frame.thread == thread)
    chain = tuple(dict.fromkeys(frame.thread for frame in frames))
    return Spot(stopped.statement, stopped.line, stopped.column, thread, len(functions), chain, functions)
