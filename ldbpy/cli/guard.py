"""Ctrl-C and the time limit, also where Lua does not look: inside one of its C functions, such as a pattern match."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["guarded"]

_GRACE = 1.0
"""Seconds a script gets to stop by itself."""


@contextmanager
def guarded(interrupt: Callable[[], None], seconds: float) -> Iterator[None]:
    """Let Ctrl-C call ``interrupt``; end the process if the script does not stop, then or ``seconds`` after the start.

    A signal handler of Python's own would not do: it runs only between two instructions of Python, and a script may
    stay in C for ever. So the signal wakes a thread. What else is handled, as being told to end, ends the script too,
    and is handled then: within Lua an exception could be caught.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    told: list[int] = []
    before = {
        each: signal.signal(each, lambda number, _: told.append(number))
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if callable(signal.getsignal(each))
    }
    wakeup_before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(reader, interrupt, seconds, done), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        signal.set_wakeup_fd(wakeup_before)
        for each, handler in before.items():
            signal.signal(each, handler)
        os.close(writer)
        watcher.join(timeout=_GRACE)
        os.close(reader)
    for number in told:
        if number != signal.SIGINT:
            signal.raise_signal(number)


def _watch(reader: int, interrupt: Callable[[], None], seconds: float, done: threading.Event) -> None:
    deadline = time.monotonic() + seconds + _GRACE if seconds else None
    left = None if deadline is None else max(deadline - time.monotonic(), 0)
    ready, _, _ = select.select([reader], [], [], left)
    if done.is_set():
        return
    if ready:
        interrupt()
        code, told = 130, "the script was interrupted, and did not stop by itself"
    else:
        code, told = 1, f"the script ran longer than {seconds:g} s, inside one call that cannot be stopped"
    if not done.wait(_GRACE if ready else 0):
        sys.stderr.write(f"error: {told}: the process ends here\n")
        sys.stderr.flush()
        os._exit(code)
