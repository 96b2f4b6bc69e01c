"""The commands, a module for each group. Importing this makes them known."""

from ldbpy.console.commands import breakpoints, data, kept, looking, running, session
from ldbpy.console.registry import COMMANDS, all_commands, find

__all__ = ["COMMANDS", "all_commands", "breakpoints", "data", "find", "kept", "looking", "running", "session"]
