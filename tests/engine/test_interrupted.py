"""Ctrl-C, or being told to end, between two instructions of what lets a script go on."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, NoReturn

import pytest

from ldbpy.console.console import Console
from ldbpy.engine.session import Session
from ldbpy.engine.stops import StepKind
from ldbpy.model.debugging import Ended, Stopped, StopReason
from ldbpy.render.style import PLAIN
from tests.tui.screens import embedded

_LOOP = "redis.call('SET', KEYS[1], 1)\nwhile true do end\n"


def _cut_short(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Resume, and be interrupted when the state says that it runs, and it does not."""

    def fail(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("ldbpy.engine.session.StepPlan", fail)
        with pytest.raises(KeyboardInterrupt):
            session.resume(StepKind.CONTINUE)


@pytest.fixture
def session() -> Session:
    """One that stands before the first statement of a script without an end."""
    made = embedded(_LOOP, (b"k",))
    made.start()
    assert isinstance(list(made.events())[-1], Stopped)
    return made


def test_pause(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pause is heard, once, and the script goes on as always."""
    _cut_short(session, monkeypatch)
    session.pause()
    stopped = list(session.events())[-1]
    assert isinstance(stopped, Stopped)
    assert stopped.reason is StopReason.PAUSE
    session.pause()
    session.resume(StepKind.CONTINUE)
    session.pause()
    again = list(session.events())[-1]
    assert isinstance(again, Stopped)
    assert again.seq > stopped.seq
    assert session.ask(lambda: 7) == 7
    session.close()


def test_abort(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session ends, and another begins."""
    _cut_short(session, monkeypatch)
    ended = session.abort()
    assert isinstance(ended, Ended)
    assert ended.aborted
    session.start()
    assert isinstance(list(session.events())[-1], Stopped)
    session.close()


@pytest.mark.parametrize("when", ["taken", "told"])
def test_the_stop_that_is_told(monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """Ctrl-C as the stop is taken or told: it is told all the same, and the prompt comes back."""
    session = embedded("local n = 1\nreturn n\n", (b"k",))
    told: list[str] = []
    console = Console(session, session.backend.script, told.append, PLAIN)
    session.load()
    console.start()
    pressed: list[str] = []

    def once(work: Callable[..., object]) -> Callable[..., object]:
        def interrupted(*args: object) -> object:
            result = work(*args) if when == "taken" else None
            if not pressed:
                pressed.append("Ctrl-C")
                raise KeyboardInterrupt
            return work(*args) if when == "told" else result

        return interrupted

    with monkeypatch.context() as patched:
        if when == "told":
            patched.setattr(console.story, "stopped", once(console.story.stopped))
        else:
            patched.setattr(session, "_events", _Queue(session._events, once(session._events.get)))
        console.execute("n")
    assert pressed
    assert sum("→    2" in text for text in told) == 1
    console.interrupted()
    assert told[-1] == "interrupted"
    assert sum("→    2" in text for text in told) == 1
    session.close()


class _Queue:
    """The session's events, taken otherwise."""

    def __init__(self, real: SimpleQueue[Any], get: Callable[..., object]) -> None:
        self.get = get
        self.put = real.put
        self.empty = real.empty
