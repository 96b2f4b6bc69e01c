"""What is asked of one run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ldbpy.model.calls import LogLine

if TYPE_CHECKING:
    from ldbpy.lua.debugging import Debugging

__all__ = ["RunOptions", "Sending"]


class Sending(StrEnum):
    """How a server is told which script to run."""

    TEXT = "text"
    """EVAL."""
    SHA = "sha"
    """EVALSHA: an error if the server does not know the script."""
    SHA_THEN_TEXT = "sha then text"
    """EVALSHA, then EVAL if the server does not know the script."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run may do, and what is to be told of it."""

    read_only: bool = False
    """As EVAL_RO: commands that write are refused."""
    strict_keys: bool = False
    """Stop at a command that touches a key that is not in KEYS."""
    dry_run: bool = False
    """Undo what the script changed."""
    trace: bool = False
    """Keep every call with its reply and time."""
    changes: bool = False
    """Tell what the script changed."""
    sending: Sending = Sending.TEXT
    resp: int = 2
    """The protocol of the client that asks, 2 or 3: what the reply is shaped for."""
    is_stopped: Callable[[], bool] | None = None
    """Whether it is to stop: asked once, when it begins. From then on ``interrupt`` of the target stops it."""
    on_log: Callable[[LogLine], None] | None = None
    """Told of each ``redis.log`` as it happens."""
    debugging: Debugging | None = None
    """The debugger the script runs under, on the embedded server."""
