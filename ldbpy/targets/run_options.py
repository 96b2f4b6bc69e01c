"""What is asked of one run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ldbpy.model.calls import LogLine

__all__ = ["RunOptions"]


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
    by_sha: bool = False
    """Try EVALSHA first, and send the text only if the server does not know it."""
    on_log: Callable[[LogLine], None] | None = None
    """Told of each ``redis.log`` as it happens."""
