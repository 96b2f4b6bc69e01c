"""How a script run went."""

from __future__ import annotations

from dataclasses import dataclass, field

from ldbpy.model.calls import CommandCall, LogLine
from ldbpy.model.changes import KeyChange
from ldbpy.resp import Reply

__all__ = ["RunProblem", "RunReport", "RunStats"]


@dataclass(frozen=True, slots=True)
class RunProblem:
    """Why a script did not end with a reply of its own."""

    kind: str
    """``shebang`` or ``compile``: it never ran; ``error``: it raised one; ``stopped``: a limit, or the user;
    ``undeclared``: it was about to touch a key that is not in KEYS, where that is not allowed."""
    message: str
    """What happened, without a position."""
    line: int | None
    """The line of the script (from 1); None if that is not known, or in code the script loaded itself."""
    stop_reason: str | None = None
    """``time``, ``instructions``, ``memory`` or ``interrupted``, if it was stopped."""
    wrote: bool = False
    """Whether commands that write had run when it was stopped: what they did stays."""
    hint: str | None = None
    """What to do about it, if that is known."""

    @property
    def is_ours(self) -> bool:
        """Whether a server would have let the script go on."""
        return self.kind in ("stopped", "undeclared")


@dataclass(frozen=True, slots=True)
class RunStats:
    """What a run took. None: a real server does not tell."""

    seconds: float = 0.0
    commands: int | None = None
    instructions: int | None = None
    """Lua instructions, counted in steps of ten thousand."""
    memory: int | None = None
    """Bytes of Lua values at the end."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a script run went, whichever way it ended."""

    reply: Reply
    """What a client of the server would get: an ``ErrorReply`` if the script failed."""
    problem: RunProblem | None = None
    calls: tuple[CommandCall, ...] = ()
    """The commands it called, if they were traced."""
    logs: tuple[LogLine, ...] = ()
    changes: tuple[KeyChange, ...] = ()
    """What it changed in the store, if that was asked for."""
    now: int = 0
    """The time of the changes, in milliseconds since 1970: what is left of a key's life is reckoned from it."""
    stats: RunStats = field(default_factory=RunStats)
