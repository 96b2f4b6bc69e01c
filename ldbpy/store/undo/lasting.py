"""Commands whose effect cannot be undone: their names, and which keys those write to that can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from ldbpy.commands import Command
from ldbpy.commands.keys import KeyAccess, KeyUse, find_keys
from ldbpy.store.undo.images import KeyAt

__all__ = ["WHOLE", "is_lasting", "keys_written"]

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

WHOLE: Final = frozenset({"cluster", "slowlog"})
"""Commands whose second word tells what they do, and is no part of their name before Redis 7.0."""
_TOLD: Final = ("help", "info", "keyslot", "myid", "nodes", "replicas", "slaves", "slots")
_COUNTED: Final = ("count-failure-reports", "countkeysinslot", "getkeysinslot")
_CLUSTER_READS: Final = frozenset((*_TOLD, *_COUNTED))
"""Words of CLUSTER that only tell something, though by their flags they are for admins, some before Redis 7.0 alone."""
_MOST_DIGITS: Final = 10
"""No server has a database whose number has so many."""
_SORTS: Final = ("sort", "sort_ro")


def is_lasting(command: Command, argv: Sequence[bytes]) -> str | None:
    """Why its effect cannot be undone; None if it has none, or one on keys that can be named."""
    name = command.name
    if name in WHOLE and len(argv) > 1:
        name = f"{name}|{argv[1].decode('ascii', 'replace').lower()}"
    if name.startswith("cluster|") and "admin" in command.flags and name[8:] not in _CLUSTER_READS:
        return "it changes the cluster"
    return _LASTING.get(name)


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
    if len(uses) == 1 and command.name not in _MORE:
        return [KeyAt(db, uses[0].key)]
    found = dict.fromkeys(KeyAt(db, use.key) for use in uses)
    if command.name in _MORE:
        found.update(dict.fromkeys(_MORE[command.name](argv, uses, db)))
    return list(found)


def _moved(argv: Sequence[bytes], uses: Sequence[KeyUse], db: int) -> list[KeyAt]:
    """``MOVE key db``."""
    return _in_databases(argv[2:3], uses)


def _copied(argv: Sequence[bytes], uses: Sequence[KeyUse], db: int) -> list[KeyAt]:
    """``COPY source destination DB db``, of which the last counts."""
    return _in_databases(_behind((b"DB",), argv[3:]), uses)


def _stored(argv: Sequence[bytes], uses: Sequence[KeyUse], db: int) -> list[KeyAt]:
    """``GEORADIUS key ... STORE key STOREDIST key``, of which the last counts."""
    return [KeyAt(db, key) for key in _behind((b"STORE", b"STOREDIST"), argv[5:])]


_MORE: Final[dict[str, Callable[[Sequence[bytes], Sequence[KeyUse], int], list[KeyAt]]]] = {
    "move": _moved,
    "copy": _copied,
    "georadius": _stored,
    "georadiusbymember": _stored,
}
"""What writes to more keys than are found in the arguments as the command table tells."""


def _in_databases(numbers: Sequence[bytes], uses: Sequence[KeyUse]) -> list[KeyAt]:
    there = [int(number) for number in numbers if number.isdigit() and len(number) < _MOST_DIGITS]
    return [KeyAt(number, use.key) for number in there for use in uses]


def _behind(options: Sequence[bytes], words: Sequence[bytes]) -> list[bytes]:
    """The words right behind those options, more often than once if they come so."""
    return [word for option, word in pairwise(words) if option.upper() in options]
