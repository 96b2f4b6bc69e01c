"""A client that keeps every reply's bytes as they came, beside what they mean."""

from __future__ import annotations

import io
from typing import NamedTuple, cast

from ldbpy.resp import Reply
from tests.servers.wire import WireClient

__all__ = ["Heard", "TappedClient"]


class Heard(NamedTuple):
    """One reply of a real server."""

    raw: bytes
    reply: Reply


class _Tap:
    """A file that keeps what is read from it."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = file
        self._kept: list[bytes] = []

    def readline(self) -> bytes:
        line = self._file.readline()
        self._kept.append(line)
        return line

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._kept.append(data)
        return data

    def close(self) -> None:
        self._file.close()

    def taken(self) -> bytes:
        """What was read since the last time."""
        raw = b"".join(self._kept)
        self._kept.clear()
        return raw


class TappedClient(WireClient):
    """One connection; ``hear`` sends many commands at once."""

    def __init__(self, path: str, *, resp: int = 2) -> None:
        super().__init__(path)
        if resp == 3:
            self.call("HELLO", "3")
        self._tap = _Tap(self._file)
        self._file = cast("io.BufferedReader", self._tap)

    def hear(self, commands: list[list[bytes]]) -> list[Heard]:
        """Send all of them, then read all replies.

        They go out in parts, so that neither side waits for the other to make room for what it sends.
        """
        heard = []
        for start in range(0, len(commands), 64):
            part = commands[start : start + 64]
            for command in part:
                self.send(command)
            for _ in part:
                reply = self.read()
                heard.append(Heard(self._tap.taken(), reply))
        return heard
