"""Connections to targets, and what goes over them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeAlias

from ldbpy.api.stop import Stop, stopped_by_ctrl_c
from ldbpy.errors import ScriptError, UsageError
from ldbpy.model.runs import RunProblem, RunReport
from ldbpy.resp import ErrorReply, Reply
from ldbpy.script.source import Script as Source
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions
from ldbpy.targets.target import Target
from ldbpy.wiring import EMBEDDED, MAX_MEMORY, TIMEOUT, checked_limits, open_target

__all__ = ["Connection", "Value", "as_bytes", "as_text", "connect", "connection_for"]

Value: TypeAlias = bytes | str | int | float
"""What a key or argument may be: text is sent as UTF-8, a number as Python writes it."""


class Connection:
    """A target that stays: its data, its script cache, its connection. May be used from any thread."""

    def __init__(
        self,
        url: str = EMBEDDED,
        *,
        server: str | None = None,
        timeout: float = TIMEOUT,
        max_memory: int = MAX_MEMORY,
    ) -> None:
        """Open it; see ``connect``."""
        if not isinstance(url, str):
            raise TypeError(f"a target is a URL or a Connection, not {type(url).__name__}")
        self._target: Final = open_target(url, flavor=server, limits=checked_limits(timeout, max_memory))
        self._lock: Final = threading.Lock()
        self._closed = False

    def call(self, *args: Value) -> Reply:
        """Run a command. An error of the server's is raised.

        Raises:
            ScriptError: the server answered with an error.
            BackendError: the server cannot be used.
        """
        if not args:
            raise TypeError("a command has at least a name")
        argv = [as_bytes(arg) for arg in args]
        with self._lock:
            reply = self._open().call(argv)
        if isinstance(reply, ErrorReply):
            raise ScriptError(as_text(reply.message), reply=reply.message)
        return reply

    def run(
        self,
        source: Source,
        keys: Iterable[Value],
        args: Iterable[Value],
        options: RunOptions,
        *,
        stop: Stop | None = None,
    ) -> RunReport:
        """Run a script; whatever comes of it is in the report. ``stop`` lets another thread end it."""
        key_list, arg_list = _list("keys", keys), _list("args", args)
        stop = stop or Stop()
        with self._lock:
            target = self._open()
            with stop.ends(target), stopped_by_ctrl_c(stop if self.embedded else None):
                if stop.asked:
                    return _never_started()
                return target.run(source, key_list, arg_list, replace(options, is_stopped=lambda: stop.asked))

    def _open(self) -> Target:
        if self._closed:
            raise UsageError("the connection is closed")
        return self._target

    @property
    def embedded(self) -> bool:
        """Whether scripts run in this process."""
        return isinstance(self._target, EmbeddedServer)

    def close(self) -> None:
        """Let go of the connection to the server, or of the embedded server and its data. It cannot be used again."""
        with self._lock:
            self._closed = True
            self._target.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _never_started() -> RunReport:
    message = "the script was interrupted before it began"
    return RunReport(ErrorReply(b"ERR " + message.encode()), RunProblem("stopped", message, None, "interrupted"))


def connect(
    url: str = EMBEDDED, *, server: str | None = None, timeout: float = TIMEOUT, max_memory: int = MAX_MEMORY
) -> Connection:
    """A connection to ``url``: ``"embedded"`` or a server's.

    ``server`` is the flavor the embedded server imitates. A script is stopped after ``timeout`` seconds, or when its
    values take more than ``max_memory`` bytes (0: no limit). A real server is waited for so long, and keeps its own
    limit of memory.

    Raises:
        UsageError: the URL or the flavor is none, or a limit makes no sense there.
        BackendError: the server cannot be used.
    """
    return Connection(url, server=server, timeout=timeout, max_memory=max_memory)


def connection_for(target: Connection | str) -> Connection:
    """The connection itself, or a new one to that URL."""
    return target if isinstance(target, Connection) else connect(target)


def _list(name: str, values: Iterable[Value]) -> list[bytes]:
    """Keys or arguments as bytes. One text is no list of its letters."""
    if isinstance(values, str | bytes):
        raise TypeError(f"{name} is a list, such as [{values!r}], not {type(values).__name__}")
    if not isinstance(values, Iterable):
        raise TypeError(f"{name} is a list, not {type(values).__name__}")
    return [as_bytes(value) for value in values]


def as_bytes(value: Value) -> bytes:
    """A key or argument as it is sent."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError(f"a key or argument is bytes, str, int or float, not {type(value).__name__}")
    return (value if isinstance(value, str) else repr(value)).encode("utf-8")


def as_text(data: bytes) -> str:
    """Bytes as UTF-8, what is none escaped."""
    return data.decode("utf-8", "backslashreplace")
