"""The command table of a live server: that of the nearest release we know, and what else the server has."""

from __future__ import annotations

from typing import Final

from ldbpy.commands import Command, CommandTable
from ldbpy.commands.live import read_commands
from ldbpy.store.protocol import Call

__all__ = ["AskingTable"]


class AskingTable(CommandTable):
    """Asks the server of a command nobody here knows: one of a module, or of a newer release. ``ask`` runs a command.

    The server may lack commands of the table: it says so itself when they are called.
    """

    def __init__(self, known: CommandTable, ask: Call) -> None:
        super().__init__(known.release, known.until)
        self._ask: Final = ask
        self._asked: Final[dict[bytes, Command | None]] = {}

    def container_or_command(self, name: bytes) -> Command | None:
        """See ``CommandTable``."""
        return super().container_or_command(name) or self._told(name.lower())

    def is_asked(self, command: Command) -> bool:
        """Whether all that is known of it is what the server told."""
        return command.name.partition("|")[0].encode() in self._asked

    def _told(self, name: bytes) -> Command | None:
        if name not in self._asked:
            try:
                found = read_commands(self._ask([b"COMMAND", b"INFO", name]), {})
            except ValueError:  # an error, as where COMMAND is not allowed
                found = {}
            text = name.decode("utf-8", "backslashreplace")
            self._asked[name] = Command(text, found[text]) if text in found else None
        return self._asked[name]
