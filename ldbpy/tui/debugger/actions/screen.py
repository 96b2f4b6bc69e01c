"""Keys that move about the screen and arrange it."""

from __future__ import annotations

from dataclasses import replace

from ldbpy.tui.debugger.debugger import Debugger
from ldbpy.tui.debugger.keys import Topic, Where, action
from ldbpy.tui.debugger.layout import Arrangement, PaneName, grown

__all__: list[str] = []


@action("palette", anywhere=("c-p",), topic=Topic.SCREEN, label="commands")
def palette(debugger: Debugger) -> None:
    """Find everything that can be done, by a few letters."""
    debugger.open_palette()


@action("help", "?", anywhere=("f1",), topic=Topic.SCREEN, label="help", command="help")
def help_(debugger: Debugger) -> None:
    """Show every key."""
    debugger.open_help()


@action("next pane", "tab", anywhere=("f3",), topic=Topic.SCREEN)
def next_pane(debugger: Debugger) -> None:
    """Go to the next pane."""
    _go(debugger, 1)


@action("previous pane", "s-tab", topic=Topic.SCREEN)
def previous_pane(debugger: Debugger) -> None:
    """Go to the pane before."""
    _go(debugger, -1)


def _go(debugger: Debugger, steps: int) -> None:
    hidden = debugger.arrangement.hidden
    names = [name for name in PaneName if name not in hidden or name is debugger.focus]
    debugger.look_at(names[(names.index(debugger.focus) + steps) % len(names)])


@action("source", anywhere=("escape",), topic=Topic.SCREEN)
def to_source(debugger: Debugger) -> None:
    """Go to the source."""
    debugger.look_at(PaneName.SOURCE)


@action("console", ":", "!", topic=Topic.SCREEN, label="console")
def to_console(debugger: Debugger) -> None:
    """Go to the console, to type a command or an expression."""
    debugger.look_at(PaneName.CONSOLE)


def _pane_action(number: int, name: PaneName) -> None:
    def go(debugger: Debugger) -> None:
        debugger.look_at(name)

    go.__doc__ = f"Go to the {name.value}."
    action(f"go to {name.value}", str(number), topic=Topic.SCREEN)(go)


for _number, _name in enumerate(PaneName, 1):
    _pane_action(_number, _name)


@action("maximise", "z", anywhere=("f4",), topic=Topic.SCREEN)
def maximise(debugger: Debugger) -> None:
    """Show the pane alone on the screen, or all of them again."""
    wanted = debugger.arrangement
    debugger.arrangement = replace(wanted, maximised=None if wanted.maximised else debugger.focus)


@action("hide", "H", topic=Topic.SCREEN)
def hide(debugger: Debugger) -> None:
    """Hide the pane; going to it shows it again."""
    if debugger.focus is PaneName.SOURCE:
        debugger.say("the source stays: z shows another pane alone")
        return
    wanted = debugger.arrangement
    debugger.arrangement = replace(wanted, hidden=wanted.hidden | {debugger.focus}, maximised=None)
    debugger.focus = PaneName.SOURCE


@action("show all", "S", topic=Topic.SCREEN)
def show_all(debugger: Debugger) -> None:
    """Show all panes, arranged as at first."""
    debugger.arrangement = Arrangement()


@action("larger", "+", "=", topic=Topic.SCREEN)
def larger(debugger: Debugger) -> None:
    """Make the pane larger."""
    debugger.arrangement = grown(debugger.arrangement, debugger.focus, 1)


@action("smaller", "-", topic=Topic.SCREEN)
def smaller(debugger: Debugger) -> None:
    """Make the pane smaller."""
    debugger.arrangement = grown(debugger.arrangement, debugger.focus, -1)


@action("up", "up", "k", topic=Topic.SCREEN)
def up(debugger: Debugger) -> None:
    """Go a row up."""
    debugger.pane.listing.move(-1)


@action("down", "down", "j", topic=Topic.SCREEN)
def down(debugger: Debugger) -> None:
    """Go a row down."""
    debugger.pane.listing.move(1)


@action("page up", "pageup", topic=Topic.SCREEN)
def page_up(debugger: Debugger) -> None:
    """Go a page up."""
    debugger.pane.listing.page(-1)


@action("page down", "pagedown", topic=Topic.SCREEN)
def page_down(debugger: Debugger) -> None:
    """Go a page down."""
    debugger.pane.listing.page(1)


@action("scroll up", "pageup", topic=Topic.SCREEN, where=Where.CONSOLE)
def scroll_up(debugger: Debugger) -> None:
    """Look at what was told before."""
    debugger.feed.scroll(-5)


@action("scroll down", "pagedown", topic=Topic.SCREEN, where=Where.CONSOLE)
def scroll_down(debugger: Debugger) -> None:
    """Look at what was told since."""
    debugger.feed.scroll(5)


@action("first", "home", topic=Topic.SCREEN)
def first(debugger: Debugger) -> None:
    """Go to the first row."""
    debugger.pane.listing.choose(0)


@action("last", "end", "G", topic=Topic.SCREEN)
def last(debugger: Debugger) -> None:
    """Go to the last row."""
    debugger.pane.listing.choose(debugger.pane.listing.count - 1)


@action("to the left", "left", "h", topic=Topic.SCREEN, where=Where.SOURCE)
def to_the_left(debugger: Debugger) -> None:
    """Scroll the source to its beginning."""
    debugger.source.sideways(-1)


@action("to the right", "right", "l", topic=Topic.SCREEN, where=Where.SOURCE)
def to_the_right(debugger: Debugger) -> None:
    """Scroll the source to what does not fit."""
    debugger.source.sideways(1)
