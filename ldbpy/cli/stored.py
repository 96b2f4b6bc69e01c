"""``--evalsha`` and ``--fcall``: what runs is not in a file, the server has it."""

from __future__ import annotations

from typing import NamedTuple

import click

from ldbpy.errors import UsageError
from ldbpy.script.source import Script
from ldbpy.store.protocol import Call

__all__ = ["EVALSHA", "FCALL", "Stored", "found_script", "stored_in"]

EVALSHA = click.option(
    "--evalsha", metavar="SHA1", help="Run the script the server knows by this SHA1; every word is a key or argument."
)
FCALL = click.option(
    "--fcall", metavar="NAME", help="Call this function of a library the server has; every word is a key or argument."
)


class Stored(NamedTuple):
    """What the server has; one of the two."""

    sha1: str | None
    function: str | None


def stored_in(asked: dict[str, str | None]) -> Stored | None:
    """What is asked for of these options, by their names; None if a file is.

    Raises:
        UsageError: two things are.
    """
    given = [option for option, value in asked.items() if value is not None]
    stored = Stored(asked["--evalsha"], asked["--fcall"])
    if stored == (None, None):
        return None
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} are two things to run", hint="leave one of them out")
    return stored


def found_script(call: Call, stored: Stored, *, must_show: bool = True) -> tuple[Script, bool]:
    """The script, or the function's library, and whether it may write; with ``must_show`` unset, perhaps without text.

    Raises:
        UsageError: the server has no such thing.
        ServerRefusedError: it does not tell its text.
    """
    from ldbpy.targets.stored import stored_library, stored_script

    if stored.sha1 is not None:
        return stored_script(call, stored.sha1, must_show=must_show), True
    assert stored.function is not None
    script, function = stored_library(call, stored.function)
    return script, function.writes
