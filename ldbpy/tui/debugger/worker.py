"""The thread that speaks to the console, so that the screen never waits for a script."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Final

from ldbpy.console.console import Console
from ldbpy.engine.session import State
from ldbpy.errors import LdbpyError

__all__ = ["Worker"]

Job = Callable[[], None]


class Worker:
    """Does one thing after the other with a console, and looks around after each.

    Everything here may be called from the screen's thread; ``after`` and ``idle`` are called on the worker's.
    """

    def __init__(
        self,
        console: Console,
        *,
        after: Callable[[], None],
        idle: Callable[[], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """``after`` each job; ``idle`` when nothing is left to do; ``failed`` when the mistake can only be ours."""
        self._console: Final = console
        self._after, self._idle, self._failed = after, idle, failed
        self._jobs: Final[queue.SimpleQueue[Job | None]] = queue.SimpleQueue()
        self._thread: Final = threading.Thread(target=self._work, name="ldbpy console", daemon=True)
        self._dropped = 0
        self.busy_since: float | None = None
        """When the job under way began, by the clock of ``time.monotonic``."""

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def do(self, job: Job) -> None:
        """Do something when all else is done."""
        self._jobs.put(job)

    def execute(self, line: str) -> None:
        """Carry out a command of the console's."""
        self.do(lambda: self._console.execute(line))

    def drop_waiting(self) -> None:
        """Forget what has not been begun."""
        while not self._jobs.empty():
            try:
                self._jobs.get_nowait()
            except queue.Empty:
                return

    def interrupt(self) -> None:
        """Pause the script if it runs; drop what is asked of it if it stands; forget what was to come."""
        self.drop_waiting()
        if self.busy_since is not None:
            self._console.session.interrupt()

    def end(self, seconds: float) -> bool:
        """End the script, and the thread; whether both have ended in that time."""
        self.interrupt()
        self.do(self._abort)
        self._jobs.put(None)
        deadline = time.monotonic() + seconds
        while self._thread.is_alive() and time.monotonic() < deadline:
            self._thread.join(0.2)
            if self._console.session.state is State.RUNNING:
                self._console.session.interrupt()
        return not self._thread.is_alive()

    def _abort(self) -> None:
        self._console.session.abort()

    def _work(self) -> None:
        while True:
            if self._jobs.empty():
                self._carefully(self._idle)
            job = self._jobs.get()
            if job is None:
                return
            self.busy_since = time.monotonic()
            self._carefully(job)
            self.busy_since = None
            self._carefully(self._after)

    def _carefully(self, job: Job) -> None:
        try:
            job()
        except LdbpyError as error:
            self._console.tell_error(error)
        except BaseException as error:
            self._failed(error)
