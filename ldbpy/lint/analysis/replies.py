"""What a command's reply is to a script, by command and options: status table, string or false, number, array.

In RESP2, which scripts see unless they call ``redis.setresp(3)``, and in RESP3. Which options make another reply is
known here; what it is then, real servers were asked (``reply_kinds``). What is not in that table may be anything.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final, NamedTuple

from ldbpy.lint.analysis.reply_kinds import KINDS

__all__ = ["Reply", "reply_of", "resp3_reply_of"]


class Reply(NamedTuple):
    """What a script gets.

    ``shape``: ``status`` ({ok=...}), ``integer``, ``string``, ``array``, ``cursor`` (what SCAN gives), ``unknown``; in
    RESP3 also ``map``, ``set`` and ``double``, tables with such a field. ``nullable``: may be ``absent`` instead.
    ``element``: what an array holds.
    """

    shape: str
    nullable: bool = False
    element: "Reply | None" = None
    pairs: bool = False
    """An array of name, value, name, value."""
    absent: str = "false"
    """What stands for a missing value: ``false``, in RESP3 ``nil``."""

    @property
    def types(self) -> frozenset[str]:
        """The Lua types it may have."""
        return _TYPES[self.shape] | ({self.absent} if self.nullable else frozenset())


_TYPES: Final = {
    "status": frozenset({"table"}),
    "integer": frozenset({"number"}),
    "string": frozenset({"string"}),
    "array": frozenset({"table"}),
    "cursor": frozenset({"table"}),
    "map": frozenset({"table"}),
    "set": frozenset({"table"}),
    "double": frozenset({"table"}),
    "unknown": frozenset({"nil", "false", "true", "number", "string", "table"}),
}

_Words = Sequence[bytes | None]


def _has(words: _Words, start: int, *options: bytes) -> bool:
    return any(word is not None and word.upper() in options for word in words[start:])


def _set(words: _Words) -> str:
    if _has(words, 3, b"GET"):
        return ":get"
    return ":conditional" if _has(words, 3, b"NX", b"XX", b"IFEQ", b"IFNE", b"IFDEQ", b"IFDNE") else ""


def _counted(words: _Words) -> str:
    return ":count" if len(words) > 2 else ""


def _random(words: _Words) -> str:
    return ":values" if _has(words, 3, b"WITHVALUES", b"WITHSCORES") else _counted(words)


def _sort(words: _Words) -> str:
    return ":store" if _has(words, 2, b"STORE") else ":get" if _has(words, 2, b"GET") else ""


def _geo(words: _Words) -> str:
    if _has(words, 2, b"STORE", b"STOREDIST"):
        return ":store"
    return ":with" if _has(words, 2, b"WITHCOORD", b"WITHDIST", b"WITHHASH") else ""


def _with(option: bytes, form: str, start: int = 2) -> Callable[[_Words], str]:
    return lambda words: form if _has(words, start, option) else ""


_SCORED: Final = _with(b"WITHSCORES", ":scores")
_RANKED: Final = _with(b"WITHSCORE", ":score")
_BY_OPTIONS: Final[dict[bytes, Callable[[_Words], str]]] = {
    b"SET": _set,
    **dict.fromkeys((b"LPOP", b"RPOP", b"SPOP", b"SRANDMEMBER", b"ZPOPMIN", b"ZPOPMAX"), _counted),
    **dict.fromkeys((b"HRANDFIELD", b"ZRANDMEMBER"), _random),
    b"PING": lambda words: ":text" if len(words) > 1 else "",
    b"ZADD": _with(b"INCR", ":incr"),
    b"XADD": _with(b"NOMKSTREAM", ":nomkstream"),
    **dict.fromkeys(
        (b"ZRANGE", b"ZREVRANGE", b"ZRANGEBYSCORE", b"ZREVRANGEBYSCORE"), _with(b"WITHSCORES", ":scores", 3)
    ),
    **dict.fromkeys((b"ZUNION", b"ZINTER", b"ZDIFF"), _SCORED),
    **dict.fromkeys((b"ZRANK", b"ZREVRANK"), _RANKED),
    b"LPOS": _with(b"COUNT", ":count"),
    b"LCS": lambda words: ":other" if _has(words, 3, b"IDX", b"LEN") else "",
    **dict.fromkeys((b"SORT", b"SORT_RO"), _sort),
    **dict.fromkeys((b"GEORADIUS", b"GEORADIUS_RO", b"GEORADIUSBYMEMBER", b"GEORADIUSBYMEMBER_RO", b"GEOSEARCH"), _geo),
}
"""What the options make of a reply: the end of its form."""
_VALUES: Final = {
    **dict.fromkeys((b"EX", b"PX", b"EXAT", b"PXAT", b"IFEQ", b"IFNE", b"IFDEQ", b"IFDNE"), 1),
    b"LIMIT": 2,
}
"""How many values options have behind them, whatever these are."""
_OPTIONS_FROM: Final = {
    b"SET": 3,
    b"ZRANGE": 4,
    b"ZREVRANGE": 4,
    b"ZRANGEBYSCORE": 4,
    b"ZREVRANGEBYSCORE": 4,
}
"""Where an argument that is not known may be an option. Elsewhere values and options mix, and values are the rule."""


def reply_of(words: _Words, *, more: bool) -> Reply | None:
    """What ``words`` (name first, None where it is not known) reply. ``more``: there may be more arguments.

    None: not known.
    """
    form = _form(words, more=more)
    return _reply(KINDS[form][0], "false") if form in KINDS else None


def resp3_reply_of(words: _Words, *, more: bool) -> Reply | None:
    """The same after ``redis.setresp(3)``."""
    form = _form(words, more=more)
    return _reply(KINDS[form][1], "nil") if form in KINDS else None


def _form(words: _Words, *, more: bool) -> str:
    """The form of a call in the table of kinds; empty if it is not known."""
    if not words or words[0] is None:
        return ""
    name = words[0].upper()
    if name in _BY_OPTIONS:
        # An argument that is not known may be an option that changes the reply: its place tells only in the plain ones.
        if more or _is_any_unknown(words, _OPTIONS_FROM.get(name, len(words))):
            return ""
        return name.decode() + _BY_OPTIONS[name](words)
    if name == b"OBJECT" and len(words) > 1 and words[1] is not None:
        name += b"|" + words[1].upper()
    return name.decode("latin-1")


def _is_any_unknown(words: _Words, place: int) -> bool:
    """Whether one of the arguments from ``place`` on may be any option."""
    while place < len(words):
        word = words[place]
        if word is None:
            return True
        place += 1 + _VALUES.get(word.upper(), 0)
    return False


@cache
def _reply(kind: str, absent: str) -> Reply:
    """A kind of the table as a reply."""
    plain = kind.removesuffix("?")
    nullable = plain != kind
    if plain == "pairs":
        return Reply("array", nullable, Reply("string", absent=absent), pairs=True, absent=absent)
    if plain == "cursor":
        return Reply("cursor", nullable, Reply("unknown"), absent=absent)
    if plain.startswith("["):
        return Reply("array", nullable, _reply(plain[1:-1] or "unknown", absent), absent=absent)
    return Reply(plain, nullable, absent=absent)
