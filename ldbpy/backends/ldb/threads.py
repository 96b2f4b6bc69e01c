"""Which coroutine resumed which, as far as stops tell."""

from __future__ import annotations

__all__ = ["Threads"]


class Threads:
    """The threads that run, the outermost first."""

    def __init__(self) -> None:
        self._chain = [1]

    def begin(self, thread: int) -> None:
        """A step begins in a thread. What happened since the last one is not known."""
        self._chain = [1] if thread == 1 else [1, thread]

    def enter(self, thread: int) -> frozenset[int]:
        """The script stands in a thread: those that have given control back on the way there."""
        if thread not in self._chain:
            self._chain.append(thread)
            return frozenset()
        at = self._chain.index(thread) + 1
        left, self._chain = self._chain[at:], self._chain[:at]
        return frozenset(left)
