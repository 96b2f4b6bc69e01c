"""``ldbpy debug`` on the whole screen of a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ldbpy.tui.theme import is_dumb

if TYPE_CHECKING:
    from ldbpy.console.console import Console
    from ldbpy.tui.debugger.panes.console import ConsolePane

__all__ = ["is_possible", "show"]


def is_possible() -> bool:
    """Whether there is a terminal that can show a screen."""
    return sys.stdin.isatty() and sys.stdout.isatty() and not is_dumb(os.environ)


def show(console: Console, feed: ConsolePane, begin: Callable[[], None]) -> None:
    """Show a session until the person is through. ``feed`` is where ``console`` writes."""
    from ldbpy.tui.debugger.screen import Looks, Screen
    from ldbpy.tui.theme import color_depth, detected, style_of

    theme = detected(os.environ)
    Screen(console, feed, Looks(style_of(theme), color_depth(theme, os.environ))).run(begin)
