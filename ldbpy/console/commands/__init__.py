"""The commands, a module for each group. Importing this makes them known."""

from ldbpy.console.commands import breakpoints, data, looking, running, session
from ldbpy.console.registry import COMMANDS, find

__all__ = ["COMMANDS", "breakpoints", "data", "find", "looking", "running", "session"]
