"""Keys that are pressed before there is something to take them: kept, and not shown on the shell's line.

A command that is about to show a prompt or a screen takes a moment to load. Until then the terminal is the shell's:
it would echo what is typed, in the middle of what is shown next.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["hold", "release"]

_MODES: Final[list[list[Any]]] = []
"""How the terminal was set before, if keys are held."""
_CLEAR: Final = b"\r\x1b[K"


def hold() -> None:
    """Keep keys from now on without showing them, if somebody types and reads at a terminal that is ours.

    Ctrl-C and Ctrl-Z do what they do at a shell. A process that is told to end sets the terminal back.
    """
    try:
        import termios

        if sys.stdin is None or not (sys.stdin.isatty() and sys.stdout.isatty()):
            return
        terminal = sys.stdin.fileno()
        modes = termios.tcgetattr(terminal)
        if _MODES or not modes[3] & termios.ECHO or not _is_ours(terminal):
            return
        held = [*modes[:3], modes[3] & ~(termios.ECHO | termios.ICANON), *modes[4:6], [*modes[6]]]
        held[6][termios.VMIN], held[6][termios.VTIME] = 1, 0
        _MODES.append(modes)
        _release_when_told()
        termios.tcsetattr(terminal, termios.TCSANOW, held)
        _hide_typed(terminal)
    except (ImportError, OSError, ValueError, AttributeError):  # no terminal, or none that can be set
        return
    except termios.error:
        return


def release(*, forget: bool = False) -> None:
    """Set the terminal back to what it was. To ``forget``: what was typed is for nobody.

    To be called before something is read that is neither a prompt's nor a screen's, and at the end.
    """
    if not _MODES:
        return
    import termios

    with suppress(OSError, ValueError, termios.error):
        terminal = sys.stdin.fileno()
        if _is_ours(terminal):
            termios.tcsetattr(terminal, termios.TCSANOW, _MODES[0])
            if forget:
                termios.tcflush(terminal, termios.TCIFLUSH)
    _MODES.clear()


def _is_ours(terminal: int) -> bool:
    """Whether the process is in the foreground. One that is not would be stopped."""
    return os.tcgetpgrp(terminal) == os.getpgrp()


def _release_when_told() -> None:
    import signal

    def end(number: int, frame: FrameType | None) -> None:
        release()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    for each in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(each) is signal.SIG_DFL:
            signal.signal(each, end)


def _hide_typed(terminal: int) -> None:
    """Take away what was echoed while Python itself was loaded."""
    import fcntl
    import termios

    waiting = int.from_bytes(fcntl.ioctl(terminal, termios.FIONREAD, bytes(4)), sys.byteorder)
    if waiting and os.environ.get("TERM", "dumb") != "dumb":
        os.write(sys.stdout.fileno(), _CLEAR)
