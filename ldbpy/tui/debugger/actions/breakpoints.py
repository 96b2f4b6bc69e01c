"""Keys that say where the script stops, and what is watched."""

from __future__ import annotations

from ldbpy.engine.breakpoints import Breakpoint
from ldbpy.tui.debugger.debugger import Debugger
from ldbpy.tui.debugger.keys import Topic, Where, action
from ldbpy.tui.debugger.layout import PaneName
from ldbpy.tui.debugger.sight import Display

__all__ = ["toggle"]


@action("breakpoint", "b", anywhere=("f9",), topic=Topic.BREAKPOINTS, label="breakpoint", command="break")
def toggle(debugger: Debugger) -> None:
    """Set a breakpoint at the line that is chosen, or take it away."""
    found = debugger.source.breakpoints_at(debugger.source.line)
    if found:
        debugger.execute("delete " + " ".join(str(each.breakpoint.number) for each in found))
    else:
        debugger.execute(f"break {debugger.source.spot}")


@action("condition", "B", topic=Topic.BREAKPOINTS, command="condition")
def condition(debugger: Debugger) -> None:
    """Say when the breakpoint that is chosen stops the script; without one, set one."""
    found = _breakpoint(debugger)
    if found is None:
        spot = debugger.source.spot
        debugger.ask(f"stop at line {spot} if: ", lambda text: debugger.execute(_conditional(spot, text)))
        return
    before = found.condition.text if found.condition is not None else ""
    number = found.number
    debugger.ask(f"breakpoint {number} if: ", lambda text: debugger.execute(f"condition {number} {text}"), before)


def _conditional(spot: str, text: str) -> str:
    return f"break {spot} if {text}" if text else f"break {spot}"


def _breakpoint(debugger: Debugger) -> Breakpoint | None:
    """The one that is chosen: in the list of them, or on the line."""
    if debugger.focus is PaneName.WATCHES:
        chosen = debugger.watches.chosen
        return chosen if isinstance(chosen, Breakpoint) else None
    found = debugger.source.breakpoints_at(debugger.source.line)
    return found[0].breakpoint if found else None


@action("logpoint", "L", topic=Topic.BREAKPOINTS, where=Where.SOURCE, command="log")
def logpoint(debugger: Debugger) -> None:
    """Say something whenever the line that is chosen is reached, instead of stopping."""
    spot = debugger.source.spot
    debugger.ask(
        f"at line {spot} say: ",
        lambda text: debugger.execute(f'log {spot} "{text}"') if text else None,
        f"line {spot}: {{n}}",
    )


@action("disable", "x", topic=Topic.BREAKPOINTS, command="disable")
def disable(debugger: Debugger) -> None:
    """Let the breakpoint that is chosen be passed, or stop the script again."""
    found = _breakpoint(debugger)
    if found is None:
        debugger.say("no breakpoint is chosen")
    else:
        debugger.execute(f"{'disable' if found.enabled else 'enable'} {found.number}")


@action("delete", "delete", "d", topic=Topic.BREAKPOINTS, where=Where.WATCHES, command="delete")
def delete(debugger: Debugger) -> None:
    """Take what is chosen away: an expression, or a breakpoint."""
    chosen = debugger.watches.chosen
    if isinstance(chosen, Display):
        debugger.execute(f"undisplay {chosen.number}")
    elif chosen is not None:
        debugger.execute(f"delete {chosen.number}")


@action("break on command", "o", topic=Topic.BREAKPOINTS)
def on_command(debugger: Debugger) -> None:
    """Stop before a Redis command: by name or category, perhaps with a pattern of its keys."""
    debugger.ask("stop before: ", lambda text: debugger.execute(f"break on {text}") if text else None)


@action("break on key", "k", topic=Topic.BREAKPOINTS, where=Where.KEYS)
def on_key(debugger: Debugger) -> None:
    """Stop when the key that is chosen, or those of a pattern, have changed."""
    key = debugger.keys.key or b"*"
    debugger.ask(
        "stop when a key changes: ",
        lambda text: debugger.execute(f"break key {text}") if text else None,
        key.decode("utf-8", "replace"),
    )


@action("watch", "w", topic=Topic.BREAKPOINTS, command="watch")
def watch(debugger: Debugger) -> None:
    """Stop when the value of an expression changes."""
    debugger.ask(
        "stop when this changes: ",
        lambda text: debugger.execute(f"watch {text}") if text else None,
        _expression(debugger),
    )


@action("display", "a", topic=Topic.BREAKPOINTS, command="display")
def display(debugger: Debugger) -> None:
    """Show an expression in the watches, at every stop."""
    debugger.ask("show: ", lambda text: debugger.execute(f"display {text}") if text else None, _expression(debugger))


def _expression(debugger: Debugger) -> str:
    return debugger.variables.expression or "" if debugger.focus is PaneName.VARIABLES else ""
