"""What debugging on a server can do, and why it cannot do the rest."""

from __future__ import annotations

from typing import Final

from ldbpy.backends.ldb.dialect import Dialect
from ldbpy.backends.ldb.driver import Mode
from ldbpy.engine.backend import Capabilities, Capability, Support

__all__ = ["WAY_OUT", "capabilities_of"]

WAY_OUT: Final = "--local can, with the server's data; so can the embedded server: leave out --target"
_REASONS: Final = {
    Capability.KEY_BREAKPOINTS: "the server does not tell which keys a command changed",
    Capability.VARIABLE_BREAKPOINTS: "the server shows copies of values, rounded to 6 digits",
    Capability.ERROR_BREAKPOINTS: "the server's debugger ends where an error ends the script",
    Capability.ASSIGN: "the server's debugger cannot set variables",
}
_EMULATED: Final = (
    Capability.STEP_OVER,
    Capability.STEP_OUT,
    Capability.CONDITIONS,
    Capability.COMMAND_BREAKPOINTS,
    Capability.EVALUATE_LOCALS,
    Capability.PAUSE,
    Capability.FUNCTIONS,
)


def capabilities_of(dialect: Dialect, mode: Mode) -> Capabilities:
    """What can be done on servers of that dialect."""
    levels = dict.fromkeys(_EMULATED, Support.EMULATED)
    reasons = {capability: f"{reason}; {WAY_OUT}" for capability, reason in _REASONS.items()}
    if mode is Mode.FORKED:
        levels[Capability.ROLLBACK] = Support.NATIVE
    else:
        reasons[Capability.ROLLBACK] = "with --sync the script runs in the server itself; without, all is rolled back"
    if not dialect.tells_timeouts:
        levels[Capability.PAUSE] = Support.NONE
        reasons[Capability.PAUSE] = f"{dialect.servers} cannot stop a script between breakpoints; {WAY_OUT}"
    return Capabilities(levels, reasons)
