"""How long and how large a script may get, and what stopped it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

__all__ = ["HOOK_STEP", "Limits", "StopReason", "Watch"]

HOOK_STEP = 10_000
"""Most instructions between two looks at the limits: some 50 microseconds of Lua, at less than 2 % of its time."""

_LEAST_STEP = 100
"""Fewest, where instructions take long: one may be a call of C that takes milliseconds."""

_SHORT, _LONG = 0.001, 0.005
"""Seconds between two looks. Less than the first: look less often. More than the second: look more often."""


class StopReason(StrEnum):
    """Why a script was stopped before its end."""

    TIME = "time"
    INSTRUCTIONS = "instructions"
    MEMORY = "memory"
    INTERRUPTED = "interrupted"


class Limits(NamedTuple):
    """The limits of one run. 0: none."""

    seconds: float = 60.0
    """Wall time."""
    instructions: int = 0
    """Lua virtual machine instructions, counted in steps of up to ``HOOK_STEP``."""
    memory: int = 512 * 1024 * 1024
    """Bytes of Lua values."""


class Watch:
    """Watches one run: asked again and again whether the script may go on.

    ``interrupt`` may be called from any thread or a signal handler; everything else belongs to the thread that runs
    the script.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._looked = clock()
        self._deadline = self._looked + limits.seconds if limits.seconds else None
        self._counted = 0
        self._interrupted = False
        self.reason: StopReason | None = None
        """Why the script was stopped; None as long as it may go on."""

    def interrupt(self) -> None:
        """Ask the script to stop."""
        self._interrupted = True

    def stop(self, reason: StopReason) -> None:
        """Stop the script."""
        self.reason = self.reason or reason

    @property
    def instructions(self) -> int:
        """How many instructions the script has run, in steps of ``HOOK_STEP``."""
        return self._counted // HOOK_STEP * HOOK_STEP

    def explain(self, reason: StopReason) -> str:
        """What to tell of a script stopped for that reason."""
        match reason:
            case StopReason.TIME:
                return f"the script ran longer than {self._limits.seconds:g} s"
            case StopReason.INSTRUCTIONS:
                return f"the script ran more than {self._limits.instructions} Lua instructions"
            case StopReason.MEMORY:
                return f"the script's values took more than {self._limits.memory / 2**20:g} MiB"
            case StopReason.INTERRUPTED:
                return "the script was interrupted"

    def tick(self, step: int) -> int:
        """Count so many instructions; how many the script may run before it asks again, 0 if it has to stop."""
        now = self._clock()
        elapsed, self._looked = now - self._looked, now
        self._counted += step
        if self._interrupted:
            self.stop(StopReason.INTERRUPTED)
        elif self._deadline is not None and now > self._deadline:
            self.stop(StopReason.TIME)
        elif self._limits.instructions and self._counted > self._limits.instructions:
            self.stop(StopReason.INSTRUCTIONS)
        if self.reason is not None:
            return 0
        if elapsed > _LONG:
            return max(step // 8, _LEAST_STEP)
        return min(step * 2, HOOK_STEP) if elapsed < _SHORT else step
