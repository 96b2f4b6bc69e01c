"""The commands, each a function that registers itself; importing this makes them known."""

from ldbpy.repl.commands import data, scripts, session
from ldbpy.repl.registry import COMMANDS, all_commands

__all__ = ["COMMANDS", "all_commands", "data", "scripts", "session"]
