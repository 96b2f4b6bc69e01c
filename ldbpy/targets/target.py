"""What ``ldbpy eval`` and the Python API ask of a place where scripts run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ldbpy.flavors import Flavor
from ldbpy.model.runs import RunReport
from ldbpy.resp import Reply
from ldbpy.script.source import Script
from ldbpy.targets.run_options import RunOptions

__all__ = ["Target"]


class Target(Protocol):
    """A place where scripts run."""

    @property
    def flavor(self) -> Flavor:
        """Which server it is, or imitates."""

    @property
    def description(self) -> str:
        """What and where it is, for people."""

    def notes(self, keys: Sequence[bytes]) -> Sequence[str]:
        """What to know before a script runs there on these keys.

        Raises:
            UsageError: it cannot run on them.
        """

    def run(self, script: Script, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions) -> RunReport:
        """Run a script.

        Raises:
            UsageError: the options ask for what this target cannot do.
            BackendError: the server cannot be used.
        """

    def call_function(
        self, name: bytes, keys: Sequence[bytes], args: Sequence[bytes], options: RunOptions
    ) -> RunReport:
        """Run a function of a library; raises as ``run`` does."""

    def call(self, argv: list[bytes]) -> Reply:
        """Run a command. An error is a reply."""

    def interrupt(self) -> None:
        """Have the run that is going on end soon. May be called from any thread."""

    def close(self) -> None:
        """Let go of the connection, if there is one."""
