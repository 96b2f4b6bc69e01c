"""The Python API: run a script and look at everything it did, or keep one as an object and call it like a function.

A *target* is where scripts run: ``"embedded"`` (the default, in this process), the URL of a server, or what
``connect`` gave.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final, TypeAlias

from ldbpy.errors import CompileError, LimitError, ScriptError, ScriptFileError, ScriptRuntimeError, UsageError
from ldbpy.model.calls import CommandCall, LogLine
from ldbpy.model.changes import KeyChange
from ldbpy.model.location import Location
from ldbpy.model.runs import RunReport, RunStats
from ldbpy.resp import ErrorReply, Reply
from ldbpy.script.source import Script as Source
from ldbpy.script.source import SourceMap
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions, Sending
from ldbpy.targets.target import Target
from ldbpy.wiring import EMBEDDED, MAX_MEMORY, TIMEOUT, checked_limits, open_target

__all__ = ["AsyncScript", "AsyncScriptRO", "Connection", "Result", "Script", "ScriptRO", "Value", "connect", "run"]

Value: TypeAlias = bytes | str | int | float
"""What a key or argument may be: text is sent as UTF-8, a number as Python writes it."""


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
        argv = [_bytes(arg) for arg in args]
        with self._lock:
            reply = self._open().call(argv)
        if isinstance(reply, ErrorReply):
            raise ScriptError(_text(reply.message), reply=reply.message)
        return reply

    def run(self, source: Source, keys: Iterable[Value], args: Iterable[Value], options: RunOptions) -> RunReport:
        """Run a script; whatever comes of it is in the report."""
        key_list, arg_list = _list("keys", keys), _list("args", args)
        with self._lock:
            return self._open().run(source, key_list, arg_list, options)

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


def _connection(target: Connection | str) -> Connection:
    return target if isinstance(target, Connection) else connect(target)


def _list(name: str, values: Iterable[Value]) -> list[bytes]:
    """Keys or arguments as bytes. One text is no list of its letters."""
    if isinstance(values, str | bytes):
        raise TypeError(f"{name} is a list, such as [{values!r}], not {type(values).__name__}")
    return [_bytes(value) for value in values]


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
        try:
            with open(path, "rb") as file:
                return Source(file.read(), SourceMap(path))
        except OSError as error:
            raise ScriptFileError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
    if not isinstance(source, str | bytes):
        raise TypeError(f"a script is str, bytes or a path, not {type(source).__name__}")
    return Source(_bytes(source), SourceMap("<script>"))


_KINDS: Final = {"compile": CompileError, "shebang": CompileError, "stopped": LimitError}


def _checked(source: Source, report: RunReport) -> Reply:
    """The reply, if it is no error."""
    if not isinstance(report.reply, ErrorReply):
        return report.reply
    raise _error(source, report, report.reply)


def _error(source: Source, report: RunReport, reply: ErrorReply) -> ScriptError:
    problem = report.problem
    if problem is None:
        kind = ScriptError if reply.code == b"NOSCRIPT" else ScriptRuntimeError
        return kind(_text(reply.message), reply=reply.message, report=report)
    place: Location | None = None if problem.line is None else source.source_map.locate(problem.line)
    message = f"{place}: {problem.message}" if place else problem.message
    kind = _KINDS.get(problem.kind, ScriptRuntimeError)
    return kind(message, reply=reply.message, hint=problem.hint, report=report)


def run(
    source: str | bytes | os.PathLike[str],
    keys: Sequence[Value] = (),
    args: Sequence[Value] = (),
    *,
    target: Connection | str = EMBEDDED,
    read_only: bool = False,
    dry_run: bool = False,
    strict_keys: bool = False,
    timeout: float = TIMEOUT,
    max_memory: int = MAX_MEMORY,
) -> Result:
    """Run a script once. A path is read; text and bytes are the script itself.

    ``timeout`` and ``max_memory`` are limits as for ``connect``; a ``Connection`` as ``target`` has its own.

    Raises:
        CompileError: it does not compile.
        ScriptRuntimeError: it raised an error, or returned an error reply.
        LimitError: it was stopped.
        ScriptFileError: the path cannot be read.
        UsageError: the target cannot do what is asked.
        BackendError: the server cannot be used.
    """
    script = _source(source)
    place: AbstractContextManager[Connection]
    if not isinstance(target, Connection):
        place = connect(target, timeout=timeout, max_memory=max_memory)
    elif (timeout, max_memory) == (TIMEOUT, MAX_MEMORY):
        place = nullcontext(target)
    else:
        raise UsageError("a connection has limits of its own", hint="give timeout and max_memory to connect")
    with place as connection:
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

    def _run(self, keys: Iterable[Value], args: Iterable[Value], sending: Sending) -> Reply:
        options = RunOptions(read_only=self._read_only, sending=sending)
        return _checked(self._source, self._connection.run(self._source, keys, args, options))

    async def _run_in_thread(self, keys: Iterable[Value], args: Iterable[Value], sending: Sending) -> Reply:
        import asyncio  # takes longer to import than most scripts to run

        return await asyncio.to_thread(self._run, keys, args, sending)


class Script(_Base):
    """A script to call again and again.

    >>> hits = Script("return redis.call('INCR', KEYS[1])")
    >>> hits.exec(keys=["hits"])
    1
    """

    def eval(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Send the text and run it (EVAL)."""
        return self._run(keys, args, Sending.TEXT)

    def evalsha(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1 (EVALSHA). An error beginning with NOSCRIPT is raised if the server does not know it."""
        return self._run(keys, args, Sending.SHA)

    def exec(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1, and send the text if the server does not know it."""
        return self._run(keys, args, Sending.SHA_THEN_TEXT)


class ScriptRO(_Base):
    """A script that only reads: EVAL_RO and EVALSHA_RO, which replicas run too."""

    _read_only = True

    def eval_ro(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Send the text and run it (EVAL_RO)."""
        return self._run(keys, args, Sending.TEXT)

    def evalsha_ro(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1 (EVALSHA_RO)."""
        return self._run(keys, args, Sending.SHA)

    def exec(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1, and send the text if the server does not know it."""
        return self._run(keys, args, Sending.SHA_THEN_TEXT)


class AsyncScript(_Base):
    """``Script`` for asyncio. Runs on one connection go one after the other, as on a server."""

    async def eval(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Send the text and run it (EVAL)."""
        return await self._run_in_thread(keys, args, Sending.TEXT)

    async def evalsha(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1 (EVALSHA)."""
        return await self._run_in_thread(keys, args, Sending.SHA)

    async def exec(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1, and send the text if the server does not know it."""
        return await self._run_in_thread(keys, args, Sending.SHA_THEN_TEXT)


class AsyncScriptRO(_Base):
    """``ScriptRO`` for asyncio."""

    _read_only = True

    async def eval_ro(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Send the text and run it (EVAL_RO)."""
        return await self._run_in_thread(keys, args, Sending.TEXT)

    async def evalsha_ro(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1 (EVALSHA_RO)."""
        return await self._run_in_thread(keys, args, Sending.SHA)

    async def exec(self, keys: Iterable[Value] = (), args: Iterable[Value] = ()) -> Reply:
        """Run it by its SHA1, and send the text if the server does not know it."""
        return await self._run_in_thread(keys, args, Sending.SHA_THEN_TEXT)
