"""The text of a script: its SHA1, its lines, where they came from."""

from __future__ import annotations

import hashlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ldbpy.script.source import Script, SourceMap

BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For a machine that has other things to do."""


@BUSY
@given(st.binary(max_size=200))
def test_sha1(body: bytes) -> None:
    """Of every byte, as the server reckons it."""
    assert Script(body).sha1 == hashlib.sha1(body).hexdigest()


def test_known_sha1() -> None:
    """One that every Redis user has seen."""
    assert Script(b"return 1").sha1 == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"


@BUSY
@given(st.lists(st.text("ab é", max_size=5), min_size=1, max_size=8), st.sampled_from(["\n", "\r\n", "\r"]))
def test_lines(lines: list[str], newline: str) -> None:
    """Each line without its end, counted as Lua counts."""
    script = Script(newline.join(lines).encode())
    assert [script.line(number) for number in range(1, len(lines) + 1)] == [line.encode() for line in lines]
    assert script.line(0) is None
    assert script.line(len(lines) + 1) is None


def test_places() -> None:
    """A line of a script that was put together is told by its own file."""
    places = SourceMap("all.lua", (("a.lua", 1), ("b.lua", 7)))
    assert [str(places.locate(line)) for line in (1, 2, 3)] == ["a.lua:1", "b.lua:7", "all.lua:3"]
    assert str(SourceMap("x.lua").locate(5)) == "x.lua:5"
