"""What keys do, a module for each topic. Importing this makes the actions known."""

from ldbpy.tui.debugger.actions import breakpoints, looking, running, screen
from ldbpy.tui.debugger.keys import ACTIONS, Topic

ACTIONS.sort(key=lambda each: list(Topic).index(each.topic))

__all__ = ["ACTIONS", "breakpoints", "looking", "running", "screen"]
