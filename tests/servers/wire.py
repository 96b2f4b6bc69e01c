"""A RESP client that gives every reply as it came, errors and nulls included."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self

from ldbpy.resp import (
    NIL_ARRAY,
    BigNumber,
    Double,
    ErrorReply,
    MapReply,
    Reply,
    SetReply,
    Status,
    Verbatim,
)


class WireClient:
    """One connection over a unix socket. Every wait is bounded."""

    def __init__(self, path: str, *, timeout: float = 10.0) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(timeout)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise
        self._file = self._socket.makefile("rb")
        self._taken: bytearray | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._file.close()
        self._socket.close()

    def call(self, *args: bytes | str | int) -> Reply:
        """Send a command, read its reply."""
        self.send([arg if isinstance(arg, bytes) else str(arg).encode() for arg in args])
        return self.read()

    def raw(self, *args: bytes | str | int) -> bytes:
        """Send a command, read the bytes of its reply."""
        self._taken = bytearray()
        try:
            self.call(*args)
            return bytes(self._taken)
        finally:
            self._taken = None

    def pipeline(self, commands: list[list[bytes]]) -> list[Reply]:
        """Send many commands at once, read their replies."""
        self._socket.sendall(b"".join(_encode(command) for command in commands))
        return [self.read() for _ in commands]

    def send(self, args: list[bytes]) -> None:
        """Send a command."""
        self._socket.sendall(_encode(args))

    def read(self) -> Reply:
        """Read one reply."""
        line = self._took(self._file.readline())
        if not line.endswith(b"\r\n"):
            raise ConnectionError(f"the server closed the connection after {line!r}")
        kind, rest = line[:1], line[1:-2]
        match kind:
            case b"+":
                return Status(rest)
            case b"-":
                return ErrorReply(rest)
            case b":":
                return int(rest)
            case b"_":
                return None
            case b"#":
                return rest == b"t"
            case b",":
                return Double(rest)
            case b"(":
                return BigNumber(rest)
            case b"$" | b"=":
                return self._bulk(kind, int(rest))
            case _:
                return self._aggregate(kind, int(rest))

    def _took(self, data: bytes) -> bytes:
        if self._taken is not None:
            self._taken += data
        return data

    def _bulk(self, kind: bytes, length: int) -> Reply:
        if length < 0:
            return None
        body = self._took(self._file.read(length + 2))[:-2]
        return Verbatim(body[4:], body[:3]) if kind == b"=" else body

    def _aggregate(self, kind: bytes, length: int) -> Reply:
        if length < 0:
            return NIL_ARRAY
        match kind:
            case b"*":
                return [self.read() for _ in range(length)]
            case b"~":
                return SetReply([self.read() for _ in range(length)])
            case b"%":
                return MapReply([(self.read(), self.read()) for _ in range(length)])
            case _:
                raise ConnectionError(f"unexpected reply type {kind!r}")


def _encode(args: list[bytes]) -> bytes:
    return b"*%d\r\n" % len(args) + b"".join(b"$%d\r\n%s\r\n" % (len(arg), arg) for arg in args)
