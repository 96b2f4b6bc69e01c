"""The values a server can answer with, RESP2 and RESP3.

Where Python has the value already, it is used as it is: ``int`` for an integer, ``bytes`` for a bulk string,
``list`` for an array, ``None`` for a null, ``bool`` for a RESP3 boolean. The rest are the small types below.
"""

from __future__ import annotations

from typing import Final, TypeAlias, final

__all__ = [
    "NIL_ARRAY",
    "OK",
    "BigNumber",
    "Double",
    "ErrorReply",
    "MapReply",
    "NilArray",
    "Reply",
    "SetReply",
    "Status",
    "Verbatim",
    "texts_in",
]


@final
class Status(bytes):
    """A simple string, such as ``+OK``."""

    __slots__ = ()


@final
class ErrorReply:
    """An error, such as ``-ERR syntax error``. ``message`` has no leading ``-`` and holds no CR or LF."""

    __slots__ = ("message",)

    def __init__(self, message: bytes) -> None:
        self.message: Final = message

    @property
    def code(self) -> bytes:
        """The first word: ``ERR``, ``WRONGTYPE``, …"""
        return self.message.split(b" ", 1)[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ErrorReply) and self.message == other.message

    def __hash__(self) -> int:
        return hash((ErrorReply, self.message))

    def __repr__(self) -> str:
        return f"ErrorReply({self.message!r})"


@final
class NilArray:
    """A null where an array was expected (``*-1`` in RESP2). There is one: ``NIL_ARRAY``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NIL_ARRAY"


NIL_ARRAY: Final = NilArray()
OK: Final = Status(b"OK")
"""The reply of commands that have nothing else to tell."""


@final
class Double(float):
    """A RESP3 double. RESP2 clients get it as a bulk string."""

    __slots__ = ()


@final
class BigNumber(bytes):
    """A RESP3 big number: its decimal digits."""

    __slots__ = ()


@final
class Verbatim(bytes):
    """A RESP3 verbatim string. ``format`` is its three-letter format, ``txt`` or ``mkd`` as a rule."""

    format: bytes

    def __new__(cls, text: bytes, format: bytes = b"txt") -> Verbatim:
        """Make one of its text and its format."""
        self = super().__new__(cls, text)
        self.format = format
        return self


@final
class MapReply:
    """A RESP3 map: pairs in the server's order. RESP2 clients get a flat array."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: list[tuple[Reply, Reply]]) -> None:
        self.pairs: Final = pairs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MapReply) and self.pairs == other.pairs

    def __hash__(self) -> int:
        return hash((MapReply, len(self.pairs)))

    def __repr__(self) -> str:
        return f"MapReply({self.pairs!r})"


@final
class SetReply(list["Reply"]):
    """A RESP3 set: members in the server's order. RESP2 clients get an array."""

    __slots__ = ()


Reply: TypeAlias = (
    int
    | bytes
    | list["Reply"]
    | Status
    | ErrorReply
    | NilArray
    | bool
    | Double
    | BigNumber
    | Verbatim
    | MapReply
    | SetReply
    | None
)
"""Any value a server can answer with."""


def texts_in(reply: Reply) -> list[bytes]:
    """The bulk strings of an array, without what else is in it; none if it is no array."""
    return [part for part in reply if isinstance(part, bytes)] if isinstance(reply, list) else []
