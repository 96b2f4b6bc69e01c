"""What was set when a script was debugged last, offered again and kept for next time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ldbpy.assist.secrets import holds_secret
from ldbpy.cli.streams import say
from ldbpy.console.commands.kept import kept_of
from ldbpy.console.console import Console
from ldbpy.settings.remembered import Remembered, keep, recall

__all__ = ["remembering"]


@contextmanager
def remembering(console: Console, script: str | None) -> Iterator[None]:
    """Give the console what is remembered of a script, and keep at the end what is set then; None: neither."""
    if script is None:
        yield
        return
    console.remembered = before = recall(os.environ, script)
    yield
    kept = _without_secrets(kept_of(console))
    problem = keep(os.environ, script, kept) if kept != before else None
    if problem is not None:
        say(f"warning: {problem}")


def _without_secrets(kept: Remembered) -> Remembered:
    """Without what holds a password in its condition or text."""
    return replace(
        kept,
        breakpoints=tuple(each for each in kept.breakpoints if not holds_secret(f"{each.command}\n{each.text}")),
        displays=tuple(each for each in kept.displays if not holds_secret(each)),
    )
