"""How many keys and arguments a script says it takes."""

from __future__ import annotations

import pytest

from ldbpy.script.declared import UNDECLARED, declared


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("push-3.lua", 3),
        ("scripts/move-to-active-11.lua", 11),
        ("count-0.lua", 0),
        ("push.lua", None),
        ("push_3.lua", None),
        ("limiter-v2.lua", None),
        ("-3.lua", None),
        ("report-2024.lua", None),
        ("push-3.py", None),
    ],
)
def test_name(path: str, keys: int | None) -> None:
    """A number after a hyphen at the end of the name is the number of keys; years and versions are not."""
    assert declared(path, b"return 1").keys == keys


@pytest.mark.parametrize(
    ("comment", "numbers"),
    [
        (b"-- ldbpy: keys=3 args=5", (3, 5)),
        (b"--ldbpy: args=2", (None, 2)),
        (b"--- ldbpy: keys=0\r", (0, None)),
        (b"  -- ldbpy: args=1 keys=2  ", (2, 1)),
    ],
)
def test_comment(comment: bytes, numbers: tuple[int | None, int | None]) -> None:
    """The comment says either number or both."""
    found = declared("x.lua", b"local n = 1\n" + comment + b"\nreturn n")
    assert (found.keys, found.args) == numbers


@pytest.mark.parametrize("text", [b"-- ldbpy: ignore[literal-key]", b"-- ldbpy: keys", b"local s = '-- ldbpy: keys=3'"])
def test_other_comments(text: bytes) -> None:
    """What is no such comment says nothing."""
    assert declared("x.lua", text) == UNDECLARED


def test_comment_before_name() -> None:
    """Who writes the comment knows better than the name."""
    found = declared("push-3.lua", b"-- ldbpy: keys=4\nreturn 1")
    assert (found.keys, found.where) == (4, "the comment 'ldbpy:'")
