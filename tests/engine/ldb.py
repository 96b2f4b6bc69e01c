"""Drives a real server's own debugger: steps, and the local variables at each stop."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ldbpy.resp import ErrorReply, Reply
from tests.servers.wire import WireClient

__all__ = ["LdbStop", "walk"]

_STOP: Final = re.compile(rb"-[>#]+#? ?(\d+) ")
_LOCAL: Final = re.compile(rb"<value> (.*?) = (.*)", re.DOTALL)


class LdbStop(NamedTuple):
    """Where the server's debugger stood."""

    line: int
    variables: dict[bytes, bytes]
    """Local variables as it writes them; of a name twice, the inner one."""


def walk(socket: str, source: bytes, keys: tuple[bytes, ...], args: tuple[bytes, ...]) -> tuple[list[LdbStop], Reply]:
    """Step through a script to its end: every stop, and the reply."""
    stops: list[LdbStop] = []
    with WireClient(socket) as client:
        client.call("SCRIPT", "DEBUG", "YES")
        client.send([b"EVAL", source, b"%d" % len(keys), *keys, *args])
        told = client.read()
        while True:
            lines = _lines(told)
            if b"<endsession>" in lines:
                return stops, client.read()
            line = next(int(match[1]) for line in reversed(lines) if (match := _STOP.match(line)))
            stops.append(LdbStop(line, _variables(client)))
            client.send([b"step"])
            told = client.read()


def _lines(told: Reply) -> list[bytes]:
    if isinstance(told, ErrorReply) or not isinstance(told, list):
        raise AssertionError(f"the debugger answered {told!r}")
    return [bytes(line) for line in told if isinstance(line, bytes)]


def _variables(client: WireClient) -> dict[bytes, bytes]:
    client.send([b"print"])
    found = [_LOCAL.match(line) for line in _lines(client.read())]
    return {match[1]: match[2] for match in found if match}
