"""Reads the lines a server's debugger writes. What is not known is kept, never refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from ldbpy.backends.ldb.values import read_reply
from ldbpy.resp import ErrorReply, Reply

__all__ = ["Debugged", "Log", "Other", "Ran", "Stop", "StopCause", "TraceFrame", "read_log", "read_trace"]


class StopCause(StrEnum):
    """Why the server's debugger stopped."""

    STEP = "step"
    BREAKPOINT = "breakpoint"
    CALLED = "called"
    """``redis.breakpoint()``."""
    TIMEOUT = "timeout"
    OTHER = "other"


class Stop(NamedTuple):
    """It stands before a line."""

    line: int
    cause: StopCause


class Ran(NamedTuple):
    """A command that ran while it was stepping."""

    argv: tuple[bytes, ...]
    """Arguments with spaces come as several: the server does not quote them."""
    left_out: int
    """How many arguments it did not tell."""
    reply: Reply


class Debugged(NamedTuple):
    """``redis.debug``."""

    line: int
    text: bytes


class Other(NamedTuple):
    """A line that is none of these."""

    text: bytes


class Log(NamedTuple):
    """What it told up to a stop, or up to the end."""

    entries: tuple[Ran | Debugged | Other, ...]
    stop: Stop | None
    ended: bool


class TraceFrame(NamedTuple):
    """A frame of ``trace``."""

    function: bytes
    """Empty if it has no name."""
    line: int
    innermost: bool
    """Whether it is told as the one that runs."""


_STOP: Final = re.compile(rb"\* Stopped at (\d+), stop reason = (.*)", re.DOTALL)
_SOURCE: Final = re.compile(rb"(?:->|  )[# ](\d+) *")
_COMMAND: Final = re.compile(rb"<(?:redis|command)> (.*)", re.DOTALL)
_REPLY, _ERROR, _END = b"<reply> ", b"<error> ", b"<endsession>"
_MORE: Final = re.compile(rb" \.\.\. \((\d{1,7}) more\)\Z")
_DEBUG: Final = re.compile(rb"<debug> line (\d+): (.*)", re.DOTALL)
_FRAME: Final = re.compile(rb"(In|From) (.*):\Z", re.DOTALL)
_CAUSES: Final = ((b"step over", StopCause.STEP), (b"break point", StopCause.BREAKPOINT))


def read_log(lines: Sequence[bytes]) -> Log:
    """What came after a step, or when a session began."""
    entries: list[Ran | Debugged | Other] = []
    stop, ended, at = None, False, 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if match := _COMMAND.fullmatch(line):
            argv, left_out = _arguments(match[1])
            reply, at = _outcome(lines, at)
            entries.append(Ran(argv, left_out, reply))
        elif match := _DEBUG.fullmatch(line):
            entries.append(Debugged(int(match[1]), match[2]))
        elif match := _STOP.fullmatch(line):
            stop = Stop(int(match[1]), _cause(match[2]))
            at += at < len(lines) and _SOURCE.match(lines[at]) is not None
        elif line == _END:
            ended = True
        else:
            entries.append(Other(line))
    return Log(tuple(entries), stop, ended)


def _cause(told: bytes) -> StopCause:
    for text, cause in _CAUSES:
        if told == text:
            return cause
    if told.endswith(b".breakpoint() called"):
        return StopCause.CALLED
    return StopCause.TIMEOUT if told.startswith(b"timeout reached") else StopCause.OTHER


def _arguments(told: bytes) -> tuple[tuple[bytes, ...], int]:
    more = _MORE.search(told)
    if more is None:
        return tuple(told.split(b" ")), 0
    return tuple(told[: more.start()].split(b" ")), int(more[1]) + 1  # the servers count one too few


def _outcome(lines: Sequence[bytes], at: int) -> tuple[Reply, int]:
    """The reply a command got, told by one line or two, and where the next line is."""
    told: bytes | None = None
    failed: bytes | None = None
    while at < len(lines):
        line = lines[at]
        if line.startswith(_REPLY) and told is None:
            told = line.removeprefix(_REPLY)
        elif line.startswith(_ERROR) and failed is None:
            failed = line.removeprefix(_ERROR).rstrip().removeprefix(b"-")
        else:
            break
        at += 1
    if failed is not None:
        return ErrorReply(failed), at
    return read_reply(told or b""), at


def read_trace(lines: Sequence[bytes]) -> list[TraceFrame]:
    """The stack, the innermost frame first."""
    frames = []
    for head, source in pairwise(lines):
        match, place = _FRAME.fullmatch(head), _SOURCE.match(source)
        if match is not None and place is not None:
            name = b"" if match[2] == b"top level" else match[2]
            frames.append(TraceFrame(name, int(place[1]), match[1] == b"In"))
    return frames
