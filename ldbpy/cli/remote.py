"""``ldbpy debug --target URL``: what a session on a real server needs to be asked and told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ldbpy.cli.arguments import ScriptArguments
from ldbpy.cli.stored import Stored, found_script
from ldbpy.cli.streams import confirmed, is_asked_on_terminal
from ldbpy.engine.backend import Capability, Support
from ldbpy.errors import UsageError
from ldbpy.script.source import Script
from ldbpy.wiring import open_remote_session, open_target

if TYPE_CHECKING:
    from ldbpy.engine.backend import Backend, Capabilities
    from ldbpy.engine.session import Session

__all__ = ["check_remote", "emulated_text", "open_remote", "stored_on"]

_EMBEDDED = "leave out --target and LDBPY_TARGET; --seed gives the embedded server data"
_LOCAL = "with --local the script runs here, with the server's data"


def check_remote(asked: dict[str, object]) -> None:
    """Refuse options that only the embedded server has.

    Raises:
        UsageError: one of them is given.
    """
    for option, value in asked.items():
        if not value:
            continue
        if option == "--commit":
            raise UsageError(
                "--commit needs the embedded server: a real one debugs in a copy of itself",
                hint="with --local the script runs here and its changes are kept; with --sync in the server itself",
            )
        why = {
            "--strict-keys": "a server does not stop a script at an undeclared key",
            "--seed": "a real server keeps its own data",
            "--seed-from": "a real server keeps its own data",
            "--server": "a real server is what it is",
            "--max-memory": "a real server keeps its own limits",
        }[option]
        here_too = option in ("--strict-keys", "--max-memory")
        raise UsageError(f"{option} needs the embedded server: {why}", hint=_LOCAL if here_too else _EMBEDDED)


def _confirm_sync(label: str, *, sure: bool) -> None:
    """See to it that somebody wants the server to stand still.

    Raises:
        UsageError: nobody does.
    """
    if sure:
        return
    told = f"--sync: until the session ends, {label} serves nobody else, and what the script changes is kept"
    if not is_asked_on_terminal():
        raise UsageError(told, hint="--yes says that this is wanted")
    if not confirmed(f"{told}. Begin?"):
        raise UsageError("not begun", hint="without --sync nothing stands still, and nothing is kept")


def stored_on(url: str, stored: Stored) -> tuple[Script, bool]:
    """What a real server has, with its text, and whether it may write.

    Raises:
        UsageError: it has no such thing.
        BackendError: it cannot be used, or does not tell the text.
    """
    place = open_target(url)
    try:
        return found_script(place.call, stored)
    finally:
        place.close()


def open_remote(
    url: str,
    read: Callable[[], Script],
    arguments: ScriptArguments,
    function: str | None = None,
    *,
    read_only: bool,
    sync: bool,
    sure: bool,
) -> tuple[Session, str, Sequence[str]]:
    """A session on a real server; what it is, for the header; what to know. ``function``: of ``read``'s library."""
    session, description, label, notes = open_remote_session(
        url, read, arguments.keys, arguments.args, function=function, read_only=read_only, sync=sync
    )
    if sync:
        _confirm_sync(label, sure=sure)
    how = "in the server itself: it serves nobody else meanwhile" if sync else "forked: other clients are not blocked"
    return session, f"{description}, its own debugger, {how}, {_fate_text(session.backend)}", notes


def _fate_text(backend: Backend) -> str:
    """What becomes of changes."""
    undone = backend.capabilities.level(Capability.ROLLBACK) is not Support.NONE
    return "changes are rolled back" if undone else "changes are kept"


def emulated_text(capabilities: Capabilities) -> str:
    """What is done from here, and what is not to be had."""
    emulated = [
        name
        for capability, name in (
            (Capability.STEP_OVER, "step over and out"),
            (Capability.CONDITIONS, "conditions"),
            (Capability.COMMAND_BREAKPOINTS, "breakpoints on commands"),
        )
        if capabilities.level(capability) is Support.EMULATED
    ]
    return (
        f"{', '.join(emulated[:-1])} and {emulated[-1]} are done from here, step by step; "
        "for breakpoints on keys and variables, and to set variables, use --local"
    )
