"""Commands whose effect cannot be undone: their names, and which keys those write to that can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ldbpy.commands import Command, KeyAccess, find_keys
from ldbpy.store.undo.images import KeyAt

__all__ = ["is_lasting", "keys_written"]

_LASTING: Final = {
    "flushall": "it empties every database",
    "flushdb": "it empties a database",
    "swapdb": "other clients may have written to both databases",
    "trimslots": "it deletes keys that are not named",
    "migrate": "it moves keys to another server",
    "publish": "a message that was sent cannot be called back",
    "spublish": "a message that was sent cannot be called back",
    "slowlog|reset": "what was logged is gone",
    "commandlog|reset": "what was logged is gone",
}

_SORTS: Final = ("sort", "sort_ro")


def is_lasting(command: Command) -> str | None:
    """Why its effect cannot be undone; None if it has none, or one on keys that can be named."""
    if command.name.startswith("cluster|") and "admin" in command.flags:
        return "it changes the cluster"
    return _LASTING.get(command.name)


def keys_written(command: Command, argv: Sequence[bytes], db: int) -> list[KeyAt] | None:
    """The keys a call may write to, those in other databases included; each once. None: it names no keys at all."""
    named = find_keys(command, argv)
    if not named:
        return None
    uses = [use for use in named if use.access is KeyAccess.WRITE]
    if command.name in _SORTS or (not uses and "write" in command.flags):
        # XREADGROUP is said to read only, and yet moves its group on; SORT stores the sorted set it reads in another
        # encoding (``sortCommandGeneric`` in sort.c), which DUMP tells.
        uses = named
    if len(uses) == 1 and command.name not in ("move", "copy"):
        return [KeyAt(db, uses[0].key)]
    found = dict.fromkeys(KeyAt(db, use.key) for use in uses)
    if command.name in ("move", "copy"):
        other = _other_database(command.name, argv)
        found.update(dict.fromkeys(KeyAt(other, use.key) for use in uses if other is not None))
    return list(found)


def _other_database(name: str, argv: Sequence[bytes]) -> int | None:
    """``MOVE key db``; ``COPY source destination DB db``."""
    if name == "move":
        text = argv[2] if len(argv) > 2 else b""
    else:
        words = [word.upper() for word in argv]
        at = words.index(b"DB", 3) + 1 if b"DB" in words[3:] else len(argv)
        text = argv[at] if at < len(argv) else b""
    return int(text) if text.isdigit() else None
