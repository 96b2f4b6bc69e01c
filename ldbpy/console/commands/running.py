"""Commands that let the script go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ldbpy.console.places import breakpoint_text, is_nowhere, read_place, statement_at
from ldbpy.console.registry import Group, command, number_in
from ldbpy.engine.session import State
from ldbpy.engine.stops import StepKind
from ldbpy.errors import UsageError

if TYPE_CHECKING:
    from ldbpy.console.console import Console

__all__: list[str] = []


def _steps(console: Console, kind: StepKind, rest: str) -> None:
    console.go(kind, count=_count(rest))


def _count(rest: str) -> int:
    if not rest:
        return 1
    count = number_in(rest)
    if not count:
        raise UsageError(f"{rest!r} is no number of steps", hint="next 3")
    return count


@command("step", "s", usage="[N]", group=Group.RUNNING, repeats=True)
def step(console: Console, rest: str) -> None:
    """Run to the next statement, into functions that are called."""
    _steps(console, StepKind.STEP_IN, rest)


@command("next", "n", usage="[N]", group=Group.RUNNING, repeats=True)
def next_(console: Console, rest: str) -> None:
    """Run to the next statement of this function, over functions that are called.

    The servers' own debugger has the command too, but there it is another name for step.
    """
    _steps(console, StepKind.NEXT, rest)


@command("finish", "out", "fin", group=Group.RUNNING, repeats=True)
def finish(console: Console, rest: str) -> None:
    """Run until this function has returned."""
    console.go(StepKind.STEP_OUT)


@command("continue", "c", "cont", usage="[LINE]", group=Group.RUNNING, repeats=True)
def continue_(console: Console, rest: str) -> None:
    """Run to the next breakpoint, or to LINE, or to the end."""
    if rest:
        until(console, rest)
    else:
        console.go(StepKind.CONTINUE)


@command("until", "to", usage="LINE", group=Group.RUNNING)
def until(console: Console, rest: str) -> None:
    """Run to a line; breakpoints on the way stop the script too."""
    wanted = read_place(console, rest)
    if wanted is None:
        raise UsageError(f"{rest!r} is no line" if rest else "which line?", hint="until 12")
    console.require_stopped()
    console.go(StepKind.TO, frozenset((statement_at(console, wanted)[0],)))


@command("run", group=Group.RUNNING)
def run(console: Console, rest: str) -> None:
    """Begin the script, if it has not begun."""
    if console.session.state is State.STOPPED:
        raise UsageError("the script has begun", hint="c goes on, restart begins anew")
    restart(console, rest)


@command("restart", group=Group.RUNNING)
def restart(console: Console, rest: str) -> None:
    """Undo what the script changed, read its file again, and begin anew; breakpoints stay."""
    console.undo(quietly=True)
    console.session.load()
    for each in console.session.breakpoints:
        if is_nowhere(each.place):
            console.write(f"{breakpoint_text(each)}: there is no such place any more")
    console.start()


@command("abort", "a", group=Group.RUNNING)
def abort(console: Console, rest: str) -> None:
    """End the script now and undo what it changed."""
    console.require_stopped()
    ended = console.session.abort()
    if ended is not None:
        console.tell(ended)


@command("quit", "q", "exit", group=Group.RUNNING)
def quit_(console: Console, rest: str) -> None:
    """End the script and the session; what the script changed is undone."""
    console.leave()
