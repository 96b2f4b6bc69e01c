from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ldbpy.assist.check import check
from ldbpy.assist.complete import complete
from ldbpy.assist.hint import hint
from ldbpy.assist.secrets import holds_secret
from tests.unit.assist.test_complete import DEBUGGER, LUA, NAMES, REDIS, REPL

PIECES = [
    *("redis.call(", "'SET'", '"GET', ", ", "KEYS[1]", ")", "{", "}", "[[", "]]", "--", "--[[", ".", ":", " ", "\n"),
    *("\\", "'", "local ", "function f(", " end", "for ", "if ", "x", "=", "1", ".redis ", ".load ", "b ", "on "),
    *("key ", "xgroup ", "\0", "é", "\ud800"),
]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))


@given(TEXTS, st.integers(-5, 80), st.sampled_from([LUA, REDIS, REPL, DEBUGGER]))
@settings(max_examples=300, deadline=None)
def test_any_text_at_any_place(text: str, cursor: int, language: object) -> None:
    """Whatever is typed, nothing is raised; candidates begin before the cursor, marks lie in their text."""
    for candidate in complete(text, cursor, NAMES, language):  # type: ignore[arg-type]
        assert 0 <= candidate.start <= max(0, min(cursor, len(text)))
    found = hint(text, cursor, NAMES, language)  # type: ignore[arg-type]
    if found is not None and found.current is not None:
        assert 0 <= found.current[0] < found.current[1] <= len(found.text)
    for mistake in check(text, NAMES, language):  # type: ignore[arg-type]
        assert 0 <= mistake.start < mistake.end <= len(text)
    holds_secret(text)
