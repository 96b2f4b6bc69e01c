"""Keeps the frame of a script that returns what a function of the server gives, in versions of Lua whose bytecode is
not changed (see ``bytecode``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ldbpy.script import ast
from ldbpy.script.parser import parse

__all__ = ["without_tail_calls"]

_ONE_RESULT: Final = ("redis", "cjson", "bit")
"""Tables whose functions give one value, so that parentheses around a call change nothing else."""


def without_tail_calls(source: bytes) -> bytes:
    """The script with ``return redis.call(...)`` as ``return (redis.call(...))``, lines as they were."""
    if b"return" not in source:
        return source
    parts: list[bytes] = []
    done = 0
    for place, mark in sorted(mark for call in _tail_calls(source) for mark in ((call.start, b"("), (call.end, b")"))):
        parts += (source[done:place], mark)
        done = place
    return b"".join((*parts, source[done:]))


def _tail_calls(source: bytes) -> Iterator[ast.Call]:
    chunk = parse(source)
    if chunk.problems:  # not Lua 5.1: an operator of 5.4's, or a mistake the compiler will tell
        return
    for node in ast.walk(chunk.body):
        match node:
            case ast.Return(values=[ast.Call(callee=ast.Member(object=ast.Name(name=name))) as call]):
                if name in _ONE_RESULT:
                    yield call
