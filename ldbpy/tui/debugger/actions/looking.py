"""Keys that look around."""

from __future__ import annotations

from ldbpy.console.registry import number_in
from ldbpy.engine.breakpoints import Breakpoint
from ldbpy.render.text import word
from ldbpy.render.values import value_text
from ldbpy.tui.debugger.debugger import Debugger
from ldbpy.tui.debugger.keys import Topic, Where, action
from ldbpy.tui.debugger.layout import PaneName

__all__: list[str] = []


@action("up a frame", "u", topic=Topic.LOOKING, command="up")
def up_a_frame(debugger: Debugger) -> None:
    """Look at the frame that called this one."""
    debugger.execute("up")


@action("down a frame", "d", topic=Topic.LOOKING, command="down")
def down_a_frame(debugger: Debugger) -> None:
    """Look at the frame that this one called."""
    debugger.execute("down")


@action("frame", "enter", topic=Topic.LOOKING, where=Where.STACK, command="frame")
def frame(debugger: Debugger) -> None:
    """Look at the frame that is chosen."""
    if debugger.stack.frame is not None:
        debugger.execute(f"frame {debugger.stack.frame}")


@action("where it stands", ".", topic=Topic.LOOKING)
def where(debugger: Debugger) -> None:
    """Go to the line the script stands at."""
    if debugger.sight.line:
        debugger.look_at(PaneName.SOURCE)
        debugger.source.show(debugger.sight.line)
    else:
        debugger.say("the script does not stand in its own text")


@action("go to line", "g", topic=Topic.LOOKING, where=Where.SOURCE, command="list")
def go_to_line(debugger: Debugger) -> None:
    """Go to a line of the source."""

    def go(text: str) -> None:
        number = number_in(text)
        if number is None:
            debugger.say(f"{text!r} is no line" if text else "")
        else:
            debugger.source.show(number)

    debugger.ask("line: ", go)


@action("search", "/", topic=Topic.LOOKING, where=Where.SOURCE)
def search(debugger: Debugger) -> None:
    """Search the source; small letters find large ones too."""
    debugger.ask("search: ", lambda text: _search(debugger, text))


@action("search on", "N", "]", topic=Topic.LOOKING, where=Where.SOURCE)
def search_on(debugger: Debugger) -> None:
    """Go to the next place that was searched for."""
    _search(debugger, debugger.source.found)


@action("search back", "P", "[", topic=Topic.LOOKING, where=Where.SOURCE)
def search_back(debugger: Debugger) -> None:
    """Go to the place before that was searched for."""
    _search(debugger, debugger.source.found, backwards=True)


def _search(debugger: Debugger, text: str, *, backwards: bool = False) -> None:
    if not text:
        debugger.source.found = ""
    elif not debugger.source.search(text, backwards=backwards):
        debugger.say(f"{text} is nowhere in the script")


@action("filter", "/", topic=Topic.LOOKING, where=Where.COMMANDS)
def filter_commands(debugger: Debugger) -> None:
    """Show only commands that have some letters in them, or their replies have."""
    debugger.ask("commands with: ", debugger.commands.filtered, debugger.commands.filter)


@action("go to its line", "enter", topic=Topic.LOOKING, where=Where.COMMANDS)
def line_of_command(debugger: Debugger) -> None:
    """Go to the line that called the command that is chosen."""
    call = debugger.commands.call
    if call is not None and call.line:
        debugger.look_at(PaneName.SOURCE)
        debugger.source.show(call.line)


@action("open", "enter", "space", topic=Topic.LOOKING, where=Where.VARIABLES)
def open_variable(debugger: Debugger) -> None:
    """Open the table that is chosen, or close it."""
    debugger.variables.toggle()


@action("unfold", "right", "l", topic=Topic.LOOKING, where=Where.VARIABLES)
def unfold(debugger: Debugger) -> None:
    """Open the table that is chosen; go into it if it is open."""
    if not debugger.variables.open():
        debugger.variables.listing.move(1)


@action("fold", "left", "h", topic=Topic.LOOKING, where=Where.VARIABLES)
def fold(debugger: Debugger) -> None:
    """Close the table that is chosen, or go to the one it stands in."""
    debugger.variables.close()


@action("set", "e", topic=Topic.LOOKING, where=Where.VARIABLES, command="set")
def set_variable(debugger: Debugger) -> None:
    """Give what is chosen another value."""
    chosen, name = debugger.variables.chosen, debugger.variables.expression
    if chosen is None or name is None:
        return
    value = chosen[1].value
    text = "" if value.handle else value_text(value)
    debugger.ask(f"{name} = ", lambda new: debugger.execute(f"set {name} = {new}") if new else None, text)


@action("print", "p", topic=Topic.LOOKING, command="print")
def print_(debugger: Debugger) -> None:
    """Show in the console what an expression gives."""
    text = debugger.variables.expression or "" if debugger.focus is PaneName.VARIABLES else ""
    debugger.ask("print: ", lambda wanted: debugger.execute(f"={wanted}", echo=True) if wanted else None, text)


@action("show the key", "enter", topic=Topic.LOOKING, where=Where.KEYS, command="keys")
def show_key(debugger: Debugger) -> None:
    """Show in the console what the key that is chosen holds."""
    if debugger.keys.key is not None:
        debugger.execute(f"keys {word(debugger.keys.key)}", echo=True)


@action("edit", "enter", "e", topic=Topic.LOOKING, where=Where.WATCHES)
def edit_watch(debugger: Debugger) -> None:
    """Change the expression that is chosen, or go to the line of the breakpoint."""
    chosen = debugger.watches.chosen
    if isinstance(chosen, Breakpoint):
        line = next((each.line for each in debugger.sight.breakpoints if each.breakpoint == chosen), 0)
        if line:
            debugger.look_at(PaneName.SOURCE)
            debugger.source.show(line)
    elif chosen is not None:
        number = chosen.number

        def change(text: str) -> None:
            debugger.execute(f"undisplay {number}")
            if text:
                debugger.execute(f"display {text}")

        debugger.ask("show: ", change, chosen.expression)


@action("changes", "D", topic=Topic.LOOKING, command="diff")
def changes(debugger: Debugger) -> None:
    """Show in the console what the script has changed so far."""
    debugger.execute("diff", echo=True)
