"""docs/reference/keys.md: what the keys of the full-screen debugger do."""

from __future__ import annotations

from ldbpy.tui.debugger.actions import ACTIONS
from ldbpy.tui.debugger.keys import Topic, key_text
from tests.docs.pages import page, table

__all__ = ["keys"]

_INTRO = """`ldbpy debug` on a terminal shows everything at once: source, variables, stack, watches and breakpoints,
the commands that were called, the keys they touched, and a console. `?` shows these keys, `^P` finds everything that
can be done by a few letters. `^P` is Ctrl and P, `⇧F11` is Shift and F11. `--plain`
asks for commands on a line instead.

![The full-screen debugger](../pictures/debugger.svg)

Keys in the first column work everywhere, also where one types. Those in the second work in panes, where one does not
type."""
_MORE = """## At the console

The console takes [the debugger's commands](debugger-commands.md) and expressions, with completion (Tab), history
(arrows, `^R`) and the keys of Emacs or, with the setting `editing-mode`, of vi. `^C` drops what is typed, `^D` on an
empty line quits, Esc goes back to the source.

## The mouse

A click chooses a row and its pane, a click left of a line sets a breakpoint or takes it away, a second click opens a
table. The wheel scrolls what is under it, and borders can be dragged. The setting `mouse` turns it off.

## Signs

| sign | meaning |
|---|---|
| `→` | the script stands before this line |
| `▸` | the line of the frame that is looked at, if it is not the innermost |
| `●` `◆` `■` `○` | a breakpoint, one with a condition or count, one that says something instead, a disabled one |
| `·` behind a number | a statement of the line has begun in this run |
| `×3` | how many times the breakpoint was met |
| `new`, `changed` | since the last stop in the same call; for keys, since the script began |

Where the terminal has no UTF-8, ASCII stands in for the signs: `>`, `*`, `@`, `#`, `o`, `.`."""


def keys() -> str:
    """The page."""
    parts = []
    for topic in Topic:
        rows = [
            [
                _keys(each.anywhere),
                _keys(each.letters),
                each.where.value if each.letters else "everywhere",
                each.summary,
                f"`{each.command}`" if each.command else "",
            ]
            for each in ACTIONS
            if each.topic is topic
        ]
        head = ["everywhere", "in panes", "where", "what it does", "command"]
        parts += [f"## {topic.value.capitalize()}", table(head, rows)]
    return page("Keys of the full-screen debugger", _INTRO, *parts, _MORE)


def _keys(names: tuple[str, ...]) -> str:
    return " ".join(f"`{key_text(name)}`" for name in names)
