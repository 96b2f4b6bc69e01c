"""Keys that let the script go on."""

from __future__ import annotations

from ldbpy.tui.debugger.debugger import Debugger
from ldbpy.tui.debugger.keys import Topic, Where, action

__all__: list[str] = []


@action("continue", "c", anywhere=("f5",), topic=Topic.RUNNING, label="continue", command="continue")
def continue_(debugger: Debugger) -> None:
    """Run to the next breakpoint, or to the end."""
    debugger.step("continue")


@action("next", "n", anywhere=("f10",), topic=Topic.RUNNING, label="over", command="next")
def next_(debugger: Debugger) -> None:
    """Run to the next statement of this function, over functions that are called."""
    debugger.step("next")


@action("step", "s", anywhere=("f11",), topic=Topic.RUNNING, label="into", command="step")
def step(debugger: Debugger) -> None:
    """Run to the next statement, into functions that are called."""
    debugger.step("step")


@action("finish", "f", anywhere=("s-f11",), topic=Topic.RUNNING, label="out", command="finish")
def finish(debugger: Debugger) -> None:
    """Run until this function has returned."""
    debugger.step("finish")


@action("run to cursor", "t", anywhere=("c-f10",), topic=Topic.RUNNING, where=Where.SOURCE, command="until")
def run_to_cursor(debugger: Debugger) -> None:
    """Run to the line that is chosen; breakpoints on the way stop the script too."""
    debugger.step(f"until {debugger.source.spot}")


@action("pause", anywhere=("f6", "c-c"), topic=Topic.RUNNING)
def pause(debugger: Debugger) -> None:
    """Pause the script if it runs, or drop what it is asked."""
    debugger.interrupt()


@action("restart", "R", topic=Topic.RUNNING, command="restart")
def restart(debugger: Debugger) -> None:
    """Undo what the script changed, read its file again, and begin anew."""
    debugger.execute("restart")


@action("abort", "A", topic=Topic.RUNNING, command="abort")
def abort(debugger: Debugger) -> None:
    """End the script now and undo what it changed."""
    debugger.execute("abort")


@action("quit", "q", anywhere=("c-q",), topic=Topic.RUNNING, command="quit")
def quit_(debugger: Debugger) -> None:
    """End the script and the session; what the script changed is undone."""
    debugger.done = True
