"""Running a script once: its text, its result, its errors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final

from ldbpy.api.connection import Connection, Value, as_bytes, as_text, connect
from ldbpy.errors import CompileError, LimitError, ScriptError, ScriptRuntimeError, UsageError
from ldbpy.model.calls import CommandCall, LogLine
from ldbpy.model.changes import KeyChange
from ldbpy.model.location import Location
from ldbpy.model.runs import RunReport, RunStats
from ldbpy.resp import ErrorReply, Reply
from ldbpy.script.files import script_from
from ldbpy.script.reading import read_file
from ldbpy.script.source import Script as Source
from ldbpy.script.source import SourceMap
from ldbpy.targets.run_options import RunOptions
from ldbpy.wiring import EMBEDDED, MAX_MEMORY, TIMEOUT

__all__ = ["Result", "checked_reply", "read_source", "run"]


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


def read_source(source: str | bytes | os.PathLike[str]) -> Source:
    """The script of a path with what it includes, or of a text as it is.

    Raises:
        ScriptFileError: it cannot be read.
    """
    if isinstance(source, os.PathLike):
        path = os.fspath(source)
        return script_from(path, read_file(path))
    if not isinstance(source, str | bytes):
        raise TypeError(f"a script is str, bytes or a path, not {type(source).__name__}")
    return Source(as_bytes(source), SourceMap("<script>"))


_KINDS: Final = {"compile": CompileError, "shebang": CompileError, "stopped": LimitError}


def checked_reply(source: Source, report: RunReport) -> Reply:
    """The reply, if it is no error; an error is raised."""
    if not isinstance(report.reply, ErrorReply):
        return report.reply
    raise _raised(source, report, report.reply)


def _raised(source: Source, report: RunReport, reply: ErrorReply) -> ScriptError:
    problem = report.problem
    if problem is None:
        kind = ScriptError if reply.code == b"NOSCRIPT" else ScriptRuntimeError
        return kind(as_text(reply.message), reply=reply.message, report=report)
    place: Location | None = None if problem.line is None else source.source_map.locate(problem.line)
    told = source.source_map.retold(problem.message)
    message = f"{place}: {told}" if place else told
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
    script = read_source(source)
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
    value = checked_reply(script, report)
    return Result(value, report.changes, report.calls, report.logs, report.stats)
