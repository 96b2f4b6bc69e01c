"""The HELP subcommands' replies."""

from __future__ import annotations

from ldbpy.features import Feature
from ldbpy.resp import Reply, Status
from ldbpy.store.memory.args import Argv
from ldbpy.store.memory.client import Client

__all__ = ["help_reply"]


def help_reply(client: Client, argv: Argv, lines: list[bytes]) -> Reply:
    """The lines between the ones every HELP has."""
    last = b"    Print this help." if Feature.PRINT_THIS_HELP in client.features else b"    Prints this help."
    first = b"%s <subcommand> [<arg> [value] [opt] ...]. Subcommands are:" % argv[0].upper()
    return [Status(line) for line in (first, *lines, b"HELP", last)]
