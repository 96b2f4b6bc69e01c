from __future__ import annotations

from collections.abc import Iterator

import pytest

from ldbpy.assist.complete import complete
from ldbpy.assist.debugger import debugger_language
from ldbpy.console.console import Console
from ldbpy.flavors import FLAVORS
from ldbpy.render.style import PLAIN
from ldbpy.script.source import Script, SourceMap
from ldbpy.targets.run_options import RunOptions
from ldbpy.tui.typing.stopped import StoppedNames
from ldbpy.wiring import open_embedded, open_session

SCRIPT = b"""local user = {id = 7, name = {first = 'Ada'}, [1] = 'x', ['two words'] = 1}
setmetatable(user, {__index = function() redis.call('SET', 'trap', 1) end, __tostring = error})
redis.call('SET', 'other', 1)
local function f() return user end
return f()
"""
LANGUAGE = debugger_language(FLAVORS["redis-8"])


@pytest.fixture
def console() -> Iterator[Console]:
    """A script that stands at its third statement."""
    session = open_session(open_embedded(), lambda: Script(SCRIPT, SourceMap("t.lua")), [b"k:1"], [], RunOptions())
    session.load()
    made = Console(session, session.backend.script, lambda text: None, PLAIN)
    made.start()
    made.run(["next 3"])
    yield made
    session.close()


def texts(console: Console, text: str) -> list[str]:
    """What a text is completed with where the script stands."""
    return [each.text for each in complete(text, len(text), StoppedNames(console), LANGUAGE)]


def test_names_where_it_stands(console: Console) -> None:
    """Variables, fields that can follow a dot, at any depth, and the keys declared and touched."""
    assert texts(console, "p us") == ["user"]
    assert texts(console, "p user.") == ["id", "name"]
    assert texts(console, "p user.name.") == ["first"]
    assert texts(console, "p user.id.") == []
    assert texts(console, "redis get ") == ["k:1", "other"]


def test_nothing_is_run(console: Console) -> None:
    """Looking at a table with metamethods runs none of them, and no command."""
    before = len(console.session.calls)
    assert texts(console, "p user.nosuch.x") == []
    assert [each.note for each in complete("p use", 5, StoppedNames(console), LANGUAGE)] == ["{… 4 in all}"]
    assert len(console.session.calls) == before
    assert console.session.ask(lambda: console.session.backend.peek(b"trap")) is None


def test_after_the_end(console: Console) -> None:
    """When the script is over there are no variables, and nothing waits for them."""
    console.run(["continue"])
    assert texts(console, "p us") == []
    assert texts(console, "p user.") == []
    assert texts(console, "p tostr") == ["tostring"]
