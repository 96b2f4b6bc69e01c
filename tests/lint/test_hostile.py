"""Scripts that nobody writes: the time they take grows with their length, not with its square."""

from __future__ import annotations

import time
from typing import Final

import pytest

from ldbpy.lint.registry import RULES
from ldbpy.lint.runner import lint

_READ: Final = "redis.call('GET', KEYS[1])"
_SOURCES: Final = {
    "operators in a line": "local a = 1\nreturn " + " + ".join(["a"] * 20_000),
    "commands in an or": "return " + " or ".join([_READ] * 2500),
    "calls of calls": "return redis.call" + "()" * 30_000,
    "nested calls": "local f\nreturn " + "f(" * 5000 + ")" * 5000,
    "ifs behind each other": "local a\n" + "if a then elseif a then end " * 2500,
    "one long if": "local a = 1\nif a then " + "elseif a then " * 5000 + "end",
    "blocks in a line": "do end; " * 5000,
    "writes that fail": "local x = KEYS[1]\n" + "redis.call('SET', KEYS[1], 1) if x then error('no') end\n" * 1500,
    "reads of different keys": "".join(f"redis.call('GET', KEYS[{each}])\n" for each in range(2500)),
    "comments of ours": "-- ldbpy: ignore[RL201] because\n" * 4000,
    "comments for the file": "-- ldbpy: file-ignore[RL004] because\n" * 2000 + "do local a = 1 end\n" * 2000,
    "comments on every line": "do local a = 1 end -- ldbpy: ignore[unused-variable] because\n" * 1500,
    "comments in pairs": "-- ldbpy: disable[RL004] x\n-- ldbpy: enable[RL004]\ndo local a end\n" * 1500,
    "comments of luacheck": "do local a = 1 end -- luacheck: ignore\n" * 2500,
    "comments of luacheck in blocks": "do\n-- luacheck: no unused\nlocal a = 1 end\n" * 2500,
    "comments of selene": "-- selene: allow(unused_variable)\ndo local a = 1 end\n" * 2500,
}


@pytest.mark.parametrize("what", _SOURCES)
def test_time(what: str) -> None:
    """Each takes a few tenths of a second. Where all is compared with all it is ten and more."""
    rules = tuple(RULES)
    started = time.process_time()
    lint("script.lua", _SOURCES[what].encode(), rules)
    assert time.process_time() - started < 3
