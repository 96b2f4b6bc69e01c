"""Which function runs which command. The modules beside this one fill it as they are imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ldbpy.resp import Reply
from ldbpy.store.memory.args import Argv

if TYPE_CHECKING:
    from ldbpy.store.memory.client import Client

__all__ = ["HANDLERS", "LEGACY_ARITY", "Handler", "command"]

Handler = Callable[["Client", Argv], Reply]
"""Runs a command whose arity has been checked. Raises ``CommandError`` for an error reply."""

HANDLERS: Final[dict[str, Handler]] = {}
"""By the command's name as in the command table: ``get``, ``object|encoding``."""

LEGACY_ARITY: Final[dict[str, int]] = {}
"""The arity of subcommands for servers whose table does not list them (Redis 6.2)."""


def command(*names: str, arity: int | None = None) -> Callable[[Handler], Handler]:
    """Register a handler. A subcommand names its arity, counted as in the table."""

    def register(handler: Handler) -> Handler:
        for name in names:
            HANDLERS[name] = handler
            if arity is not None:
                LEGACY_ARITY[name] = arity
        return handler

    return register
