"""What has to be known to run a script again up to a place: the replies it got, and what was changed at the prompt."""

from __future__ import annotations

import zlib
from typing import Final, NamedTuple

from ldbpy.resp import Reply, encode

__all__ = ["Edit", "Recorded", "Recording"]


class Recorded(NamedTuple):
    """A command and its reply."""

    statement: int
    """How many statements had begun."""
    argv: tuple[bytes, ...]
    reply: Reply


class Edit(NamedTuple):
    """Something run or set at the prompt, from where on the past cannot be trusted to repeat itself."""

    statement: int
    text: str


class Recording:
    """Grows as the script runs. A script is deterministic given its keys, arguments, clock, random seed and this."""

    def __init__(self) -> None:
        self.commands: Final[list[Recorded]] = []
        self.edits: Final[list[Edit]] = []
        self.checksum = 0
        """Of the (statement, command, reply) so far: a repetition that went another way has another."""

    def command(self, statement: int, argv: tuple[bytes, ...], reply: Reply) -> None:
        """Keep a command's reply."""
        self.commands.append(Recorded(statement, argv, reply))
        told = b"%d %b " % (statement, b" ".join(argv)) + encode(reply, protocol=3)
        self.checksum = zlib.crc32(told, self.checksum)

    def edit(self, statement: int, text: str) -> None:
        """Note that something was changed from outside."""
        self.edits.append(Edit(statement, text))
