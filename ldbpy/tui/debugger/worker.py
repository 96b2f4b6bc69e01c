"""The thread that speaks to the console, so that the screen never waits for a script."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from ldbpy.console.console import Console
from ldbpy.engine.session import State
from ldbpy.errors import LdbpyError

__all__ = ["Worker"]


class _Job(NamedTuple):
    """Something to do."""

    work: Callable[[], None]
    step: bool
    """Whether it lets the script go on by a step."""
    looks: bool
    """Whether there may be something else to see afterwards."""


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
        leaving: Callable[[], None],
    ) -> None:
        """``after`` each job; ``idle`` when nothing is left to do; ``leaving`` before the script is ended.

        ``failed`` is told what can only be a mistake of ours.
        """
        self._console: Final = console
        self._after, self._idle, self._failed, self._leaving = after, idle, failed, leaving
        self._jobs: Final[deque[_Job]] = deque()
        self._changed: Final = threading.Condition()
        self._ending = False
        self._rests = False
        self._thread: Final = threading.Thread(target=self._work, name="ldbpy console", daemon=True)
        self.busy_since: float | None = None
        """When the job under way began, by the clock of ``time.monotonic``."""

    @property
    def is_busy(self) -> bool:
        """Whether it does something, or is about to."""
        return not self._rests

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def do(self, work: Callable[[], None], *, step: bool = False, looks: bool = True) -> None:
        """Do something when all else is done."""
        with self._changed:
            self._jobs.append(_Job(work, step, looks))
            self._rests = False
            self._changed.notify_all()

    def drop_steps(self) -> None:
        """Forget the steps that have not been begun."""
        with self._changed:
            kept = [job for job in self._jobs if not job.step]
            self._jobs.clear()
            self._jobs.extend(kept)

    def waits_for(self, seconds: float) -> bool:
        """Whether something is to do, or comes in that time. On the worker's thread."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._jobs) or self._ending, seconds)

    def interrupt(self) -> None:
        """Pause the script if it runs; drop what is asked of it if it stands; forget what was to come."""
        with self._changed:
            self._jobs.clear()
        if self.busy_since is not None:
            self._console.session.interrupt()

    def end(self, seconds: float) -> bool:
        """End the script, and the thread; whether both have ended in that time."""
        self.interrupt()
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        deadline = time.monotonic() + seconds
        while self._thread.is_alive() and time.monotonic() < deadline:
            self._thread.join(0.2)
            if self._console.session.state is State.RUNNING:
                self._console.session.interrupt()
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            self.busy_since = time.monotonic()
            self._carefully(job.work)
            if job.looks:
                self._carefully(self._after)
            self.busy_since = None
        self._carefully(self._leaving)
        self._carefully(self._console.leave)

    def _next(self) -> _Job | None:
        """What is to be done next; None if the session is to end."""
        if not self._jobs and not self._ending:
            self._carefully(self._idle)
        with self._changed:
            self._rests = not self._jobs
            self._changed.wait_for(lambda: bool(self._jobs) or self._ending)
            if self._ending:
                return None
            return self._jobs.popleft()

    def _carefully(self, work: Callable[[], None]) -> None:
        try:
            work()
        except LdbpyError as error:
            self._console.tell_error(error)
        except BaseException as error:
            self._failed(error)
