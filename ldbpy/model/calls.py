"""What a script did while it ran: the commands it called, what it logged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ldbpy.resp import Reply

__all__ = ["CommandCall", "LogLevel", "LogLine"]


@dataclass(frozen=True, slots=True)
class CommandCall:
    """One ``redis.call`` or ``redis.pcall``."""

    line: int
    """The line of the script it was called from; 0 if that is not known."""
    argv: tuple[bytes, ...]
    """The command and its arguments as the server gets them."""
    reply: Reply
    microseconds: float
    """How long the command took."""
    left_out: int = 0
    """How many more arguments there were behind these; a server's debugger tells the first ten."""


class LogLevel(IntEnum):
    """The levels of ``redis.log``."""

    DEBUG = 0
    VERBOSE = 1
    NOTICE = 2
    WARNING = 3


@dataclass(frozen=True, slots=True)
class LogLine:
    """One ``redis.log``."""

    level: LogLevel
    text: bytes
    line: int
    """The line of the script; 0 if that is not known."""
