from __future__ import annotations

from ldbpy.engine.session import State
from tests.tui.screens import embedded

SOURCE = "local t = {}\nfor i = 1, 3000 do t[i] = {i} end\nreturn #t\n"


def test_looking_around_is_interrupted() -> None:
    """Ctrl-C while the debugger itself asks about a script that stands drops at most what is asked, and no script."""
    session = embedded(SOURCE)
    session.load()
    session.start()
    list(session.events())
    try:
        for _ in range(300):
            session.interrupt()
            assert session.ask(lambda: session.backend.scopes(0)).upvalues == ()
            session.interrupt()
            told = session.ask(lambda: session.backend.evaluate("1 + 1", 0))
            assert told.error in (None, b"interrupted")
        assert session.state is State.STOPPED
    finally:
        session.close()
    assert session.ended is not None
    assert session.ended.aborted
