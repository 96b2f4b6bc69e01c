"""The Python API: run a script and look at everything it did, or keep one as an object and call it like a function.

A *target* is where scripts run: ``"embedded"`` (the default, in this process), the URL of a server, or what
``connect`` gave.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from ldbpy.errors import CompileError, LimitError, ScriptError, ScriptRuntimeError
from ldbpy.lua.limits import Limits
from ldbpy.model.calls import CommandCall, LogLine
from ldbpy.model.changes import KeyChange
from ldbpy.model.location import Location
from ldbpy.model.runs import RunReport, RunStats
from ldbpy.resp import ErrorReply, Reply
from ldbpy.script.source import Script as Source
from ldbpy.script.source import SourceMap
from ldbpy.targets.run_options import RunOptions
from ldbpy.wiring import EMBEDDED, open_embedded, open_target

__all__ = ["AsyncScript", "AsyncScriptRO", "Connection", "Result", "Script", "ScriptRO", "Value", "connect", "run"]

Value: TypeAlias = bytes | str | int | float
"""What a key or argument may be: text is sent as UTF-8, a number as Python writes it."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Result:
    """What a run gave, and what it did."""

    value: Reply
    """The reply, as a client gets it: ``bytes``, ``int``, ``None``, lists of them, or the types of ``ldbpy.resp``."""
    changes: tuple[KeyChange, ...]
    """The keys it created, changed and deleted."""
    calls: tuple[CommandCall, ...]
    """Its calls of ``redis.call`` and ``redis.pcall``, in order (embedded only)."""
    logs: tuple[LogLine, ...]
    """What it wrote with ``redis.log`` (embedded only)."""
    stats: RunStats


class Connection:
    """A target that stays: its data, its script cache, its connection. May be used from any thread."""

    def __init__(self, url: str = EMBEDDED, *, server: str | None = None, timeout: float = 60.0) -> None:
        """Open it.

        Raises:
            UsageError: the URL or the flavor is none.
            BackendError: the server cannot be used.
        """
        limits = Limits(seconds=timeout)
        self._target: Final = open_embedded(server, limits) if url == EMBEDDED else open_target(url, limits=limits)
        self._lock: Final = threading.Lock()

    def call(self, *args: Value) -> Reply:
        """Run a command. An error of the server's is raised.

        Raises:
            ScriptError: the server answered with an error.
        """
        with self._lock:
            reply = self._target.call([_bytes(arg) for arg in args])
        if isinstance(reply, ErrorReply):
            raise ScriptError(_text(reply.message), reply=reply.message)
        return reply

    def run(self, source: Source, keys: Iterable[Value], args: Iterable[Value], options: RunOptions) -> RunReport:
        """Run a script; whatever comes of it is in the report."""
        with self._lock:
            return self._target.run(source, [_bytes(key) for key in keys], [_bytes(arg) for arg in args], options)

    @property
    def embedded(self) -> bool:
        """Whether scripts run in this process."""
        from ldbpy.targets.embedded import EmbeddedServer

        return isinstance(self._target, EmbeddedServer)

    def close(self) -> None:
        """Let go of the connection to the server, if there is one."""
        self._target.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def connect(url: str = EMBEDDED, *, server: str | None = None, timeout: float = 60.0) -> Connection:
    """A connection to ``url``: ``"embedded"`` or a server's. ``server``: the flavor the embedded one imitates.

    Raises:
        UsageError: the URL or the flavor is none.
        BackendError: the server cannot be used.
    """
    return Connection(url, server=server, timeout=timeout)


def _connection(target: Connection | str) -> Connection:
    return target if isinstance(target, Connection) else connect(target)


def _bytes(value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError(f"a key or argument is bytes, str, int or float, not {type(value).__name__}")
    return (value if isinstance(value, str) else repr(value)).encode("utf-8")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _source(source: str | bytes | os.PathLike[str]) -> Source:
    if isinstance(source, os.PathLike):
        path = os.fspath(source)
        with open(path, "rb") as file:
            return Source(file.read(), SourceMap(path))
    return Source(_bytes(source), SourceMap("<script>"))


def _checked(source: Source, report: RunReport) -> Reply:
    """The reply, if it is no error."""
    if not isinstance(report.reply, ErrorReply):
        return report.reply
    raise _error(source, report, report.reply)


def _error(source: Source, report: RunReport, reply: ErrorReply) -> ScriptError:
    problem = report.problem
    if problem is None:
        return ScriptRuntimeError(_text(reply.message), reply=reply.message)
    kinds = {"compile": CompileError, "shebang": CompileError, "stopped": LimitError}
    place: Location | None = None if problem.line is None else source.source_map.locate(problem.line)
    message = f"{place}: {problem.message}" if place else problem.message
    return kinds.get(problem.kind, ScriptRuntimeError)(message, reply=reply.message)


def run(
    source: str | bytes | os.PathLike[str],
    keys: Sequence[Value] = (),
    args: Sequence[Value] = (),
    *,
    target: Connection | str = EMBEDDED,
    read_only: bool = False,
    dry_run: bool = False,
    strict_keys: bool = False,
) -> Result:
    """Run a script once. A path is read; text and bytes are the script itself.

    Raises:
        CompileError: it does not compile.
        ScriptRuntimeError: it raised an error, or returned an error reply.
        LimitError: it was stopped.
        BackendError: the server cannot be used.
    """
    script = _source(source)
    connection = _connection(target)
    options = RunOptions(
        read_only=read_only,
        dry_run=dry_run,
        strict_keys=strict_keys,
        trace=connection.embedded,
        changes=connection.embedded or not dry_run,
    )
    report = connection.run(script, keys, args, options)
    value = _checked(script, report)
    return Result(value, report.changes, report.calls, report.logs, report.stats)


class _Base:
    """A script over a target. Its SHA1 is known at once, without asking the server."""

    _read_only = False

    def __init__(self, source: str | bytes | os.PathLike[str], target: Connection | str = EMBEDDED) -> None:
        self._source: Final = _source(source)
        self._connection: Final = _connection(target)

    @property
    def sha1(self) -> str:
        """The SHA1 a server knows it by."""
        return self._source.sha1

    def _eval(self, keys: Iterable[Value], args: Iterable[Value]) -> Reply:
        report = self._connection.run(self._source, keys, args, RunOptions(read_only=self._read_only))
        return _checked(self._source, report)

    def _evalsha(self, keys: Iterable[Value], args: Iterable[Value]) -> Reply:
        key_list, command = list(keys), "EVALSHA_RO" if self._read_only else "EVALSHA"
        return self._connection.call(command, self.sha1, len(key_list), *key_list, *args)

    def _exec(self, keys: Iterable[Value], args: Iterable[Value]) -> Reply:
        key_list, arg_list = list(keys), list(args)
        try:
            return self._evalsha(key_list, arg_list)
        except ScriptError as error:
            if not error.reply.startswith(b"NOSCRIPT"):
                raise
        return self._eval(key_list, arg_list)


class Script(_Base):
    """A script to call again and again.

    >>> hits = Script("return redis.call('INCR', KEYS[1])")
    >>> hits.exec(keys=["hits"])
    1
    """

    def eval(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Send the text and run it (EVAL)."""
        return self._eval(keys, args)

    def evalsha(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1 (EVALSHA). An error beginning with NOSCRIPT is raised if the server does not know it."""
        return self._evalsha(keys, args)

    def exec(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1, and send the text if the server does not know it."""
        return self._exec(keys, args)


class ScriptRO(_Base):
    """A script that only reads: EVAL_RO and EVALSHA_RO, which replicas run too."""

    _read_only = True

    def eval_ro(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Send the text and run it (EVAL_RO)."""
        return self._eval(keys, args)

    def evalsha_ro(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1 (EVALSHA_RO)."""
        return self._evalsha(keys, args)

    def exec(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1, and send the text if the server does not know it."""
        return self._exec(keys, args)


async def _in_thread(
    function: Callable[[Iterable[Value], Iterable[Value]], T], keys: Iterable[Value], args: Iterable[Value]
) -> T:
    return await asyncio.to_thread(function, keys, args)


class AsyncScript(_Base):
    """``Script`` for asyncio. Runs on one connection go one after the other, as on a server."""

    async def eval(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Send the text and run it (EVAL)."""
        return await _in_thread(self._eval, keys, args)

    async def evalsha(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1 (EVALSHA)."""
        return await _in_thread(self._evalsha, keys, args)

    async def exec(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1, and send the text if the server does not know it."""
        return await _in_thread(self._exec, keys, args)


class AsyncScriptRO(_Base):
    """``ScriptRO`` for asyncio."""

    _read_only = True

    async def eval_ro(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Send the text and run it (EVAL_RO)."""
        return await _in_thread(self._eval, keys, args)

    async def evalsha_ro(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1 (EVALSHA_RO)."""
        return await _in_thread(self._evalsha, keys, args)

    async def exec(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1, and send the text if the server does not know it."""
        return await _in_thread(self._exec, keys, args)
