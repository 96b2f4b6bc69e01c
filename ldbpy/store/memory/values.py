"""What a key can hold. A string is ``bytes``; ``bytearray`` once a command has changed it in place."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, Union, final

if TYPE_CHECKING:
    from ldbpy.model.changes import KeyContent
    from ldbpy.store.memory.streams.value import Stream

__all__ = ["Hash", "List", "ModuleKind", "ModuleValue", "OwnNumber", "Set", "String", "Unshortened", "Value", "ZSet"]

String: TypeAlias = bytes | bytearray


@final
class Unshortened(bytearray):
    """A string that reads like a number but was not made one by its server (what INCRBYFLOAT leaves)."""

    def copy(self) -> Unshortened:
        """A copy that shares nothing that can change."""
        return Unshortened(self)


@final
class OwnNumber(bytearray):
    """A number small enough to be shared by the whole server, but this one is not (what COPY makes)."""

    def copy(self) -> OwnNumber:
        """A copy that shares nothing that can change."""
        return OwnNumber(self)


@final
class List(list[bytes]):
    """A list. ``big``: it outgrew its one listpack and became a quicklist."""

    __slots__ = ("big",)
    type_name = b"list"

    def __init__(self, items: Iterable[bytes] = ()) -> None:
        super().__init__(items)
        self.big = False

    def copy(self) -> List:
        """A copy that shares nothing that can change."""
        other = List(self)
        other.big = self.big
        return other


@final
class Hash(dict[bytes, bytes]):
    """A hash, fields in the order of insertion, as a small one on a server.

    ``big``: it outgrew its listpack and became a hash table. ``expires``: field to time of expiry in milliseconds,
    for the fields that have one. ``timed``: its listpack got room for such times (Redis), which it keeps for good.
    """

    __slots__ = ("big", "expires", "timed")
    type_name = b"hash"

    def __init__(self, items: Iterable[tuple[bytes, bytes]] = ()) -> None:
        super().__init__(items)
        self.big = False
        self.timed = False
        self.expires: dict[bytes, int] = {}

    def drop_expired(self, now: int) -> None:
        """Take out the fields whose time was before ``now``."""
        for field in [field for field, when in self.expires.items() if when < now]:
            del self[field], self.expires[field]

    def copy(self) -> Hash:
        """A copy that shares nothing that can change."""
        other = Hash(self.items())
        other.big = self.big
        other.timed = self.timed
        other.expires = dict(self.expires)
        return other


@final
class Set(dict[bytes, None]):
    """A set, members in the order a server would list them while it is small.

    ``encoding`` is ``intset`` (kept sorted by number), ``listpack`` (order of insertion) or ``hashtable``.
    """

    __slots__ = ("encoding",)
    type_name = b"set"

    def __init__(self, members: Iterable[bytes] = (), encoding: str = "intset") -> None:
        super().__init__(dict.fromkeys(members))
        self.encoding = encoding

    def copy(self) -> Set:
        """A copy that shares nothing that can change."""
        return Set(self, self.encoding)


@final
class ZSet:
    """A sorted set: ``scores`` by member, and ``order``, the (score, member) pairs sorted by score, then bytes."""

    __slots__ = ("big", "order", "scores")
    type_name = b"zset"

    def __init__(self, scores: dict[bytes, float] | None = None) -> None:
        self.scores: dict[bytes, float] = {} if scores is None else scores
        self.order = sorted((score, member) for member, score in self.scores.items())
        self.big = False

    def __len__(self) -> int:
        return len(self.scores)

    def add(self, member: bytes, score: float) -> None:
        """Put the member in, or move it to another score."""
        old = self.scores.get(member)
        if old is not None:
            if old == score:
                return
            del self.order[bisect_left(self.order, (old, member))]
        self.scores[member] = score
        insort(self.order, (score, member))

    def remove(self, member: bytes) -> bool:
        """Take the member out; whether it was in."""
        score = self.scores.pop(member, None)
        if score is None:
            return False
        del self.order[bisect_left(self.order, (score, member))]
        return True

    def rank(self, member: bytes) -> int:
        """The place of a member that is in, from 0, lowest score first."""
        return bisect_left(self.order, (self.scores[member], member))

    def remove_range(self, start: int, stop: int) -> int:
        """Take out the members of those places, ``stop`` not included; how many there were."""
        gone = self.order[start:stop]
        for _, member in gone:
            del self.scores[member]
        del self.order[start:stop]
        return len(gone)

    def copy(self) -> ZSet:
        """A copy that shares nothing that can change."""
        other = ZSet.__new__(ZSet)
        other.scores = dict(self.scores)
        other.order = list(self.order)
        other.big = self.big
        return other


class ModuleKind(NamedTuple):
    """A type that a module brings along: its name, and what can be done with a value of it."""

    type_name: bytes
    """As TYPE answers: ``ReJSON-RL``."""
    copy: Callable[[object], object]
    content: Callable[[object], KeyContent]
    """What a reader is shown of a value."""


@final
class ModuleValue:
    """A value of a module's type. ``model`` is whatever the code of that module keeps it in."""

    __slots__ = ("kind", "model")

    def __init__(self, kind: ModuleKind, model: object) -> None:
        self.kind = kind
        self.model = model

    @property
    def type_name(self) -> bytes:
        """As TYPE answers."""
        return self.kind.type_name

    def copy(self) -> ModuleValue:
        """A copy that shares nothing that can change."""
        return ModuleValue(self.kind, self.kind.copy(self.model))


Value: TypeAlias = Union[bytes, bytearray, List, Hash, Set, ZSet, ModuleValue, "Stream"]
