"""SCAN, HSCAN, SSCAN and ZSCAN.

A server's cursor walks its hash table. Here a cursor stands for a place in the list of what there was when the
iteration began, which keeps the promise SCAN makes: what is there from beginning to end is returned.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn

from ldbpy.features import Feature
from ldbpy.resp import INT64_MAX, DoubleStyle, Reply, format_double, parse_integer
from ldbpy.store.memory.args import Argv, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import NOT_INTEGER, reject, shown, syntax_error
from ldbpy.store.memory.globs import glob
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.states import type_name
from ldbpy.store.memory.values import Hash, Set, ZSet

__all__: list[str] = []

_TYPES: Final = (b"string", b"list", b"set", b"zset", b"hash", b"stream")


class _Options:
    __slots__ = ("count", "matches", "names_only", "type")

    def __init__(self) -> None:
        self.count = 10
        self.matches: Callable[[bytes], object] | None = None
        self.type: bytes | None = None
        self.names_only = False


def _cursor(client: Client, text: bytes) -> int:
    """A cursor, as ``strtoull`` reads it: a negative one counts from 2**64.

    Older servers take nothing at all for 0; newer ones spaces before it, and no negative that fits in 64 bits.
    """
    text = text.partition(b"\0")[0]
    strict = Feature.STRICT_CURSORS in client.features
    negative = strict and (parse_integer(text) or 0) < 0
    if strict:
        text = text.lstrip()
    elif not text:
        return 0
    digits = text[1:] if text[:1] in (b"+", b"-") else text
    if negative or not digits.isdigit() or len(digits.lstrip(b"0")) > 20 or (count := int(digits[-20:])) >= 2**64:
        reject(b"ERR invalid cursor")
    return (-count if text[:1] == b"-" else count) % 2**64


def _options(client: Client, argv: Argv, start: int, *, keys: bool = False, names_only: bytes = b"") -> _Options:
    """The options of one of the four; ``names_only`` is the word that leaves values or scores out."""
    options = _Options()
    index = start
    while index < len(argv):
        word = argv[index].upper()
        more = index + 1 < len(argv)
        if word == b"COUNT" and more:
            options.count = _count(argv[index + 1])
        elif word == b"MATCH" and more:
            options.matches = glob(argv[index + 1])
        elif word == b"TYPE" and more and keys:
            options.type = _type(client, argv[index + 1])
        elif word == names_only and _NAMES_ONLY.get(word) in client.features:
            options.names_only = True
            index -= 1
        else:
            _refuse_option(client, word, names_only)
        index += 2
    return options


_NAMES_ONLY: Final = {b"NOVALUES": Feature.HSCAN_NOVALUES, b"NOSCORES": Feature.ZSCAN_NOSCORES}


def _refuse_option(client: Client, word: bytes, names_only: bytes) -> NoReturn:
    feature = _NAMES_ONLY.get(word)
    if feature in client.features and word != names_only:
        reject(b"ERR %s option can only be used in %s" % (word, b"HSCAN" if word == b"NOVALUES" else b"ZSCAN"))
    syntax_error()


def _count(text: bytes) -> int:
    count = ranged(text, -INT64_MAX - 1, INT64_MAX, NOT_INTEGER)
    if count < 1:
        syntax_error()
    return count


def _type(client: Client, text: bytes) -> bytes:
    if Feature.SCAN_CHECKS_TYPE in client.features and text.lower() not in _TYPES:
        reject(b"ERR unknown type name '%s'" % shown(text))
    return text.lower()


def _page(client: Client, cursor: int, everything: Callable[[], list[bytes]], count: int) -> tuple[bytes, list[bytes]]:
    """The next cursor and the names to visit now."""
    names = everything() if cursor == 0 else client.store.cursors.rest(cursor)
    rest = names[count:]
    following = client.store.cursors.keep(rest) if rest else 0
    return b"%d" % following, names[:count]


@command("scan")
def scan(client: Client, argv: Argv) -> Reply:
    """SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]."""
    cursor = _cursor(client, argv[1])
    options = _options(client, argv, 2, keys=True)
    following, names = _page(client, cursor, lambda: list(client.db.names()), options.count)
    found: list[Reply] = []
    for key in names:
        value = client.db.get(key)
        wrong_type = value is not None and options.type is not None and type_name(value) != options.type
        if value is not None and not wrong_type and (options.matches is None or options.matches(key)):
            found.append(key)
    return [following, found]


@command("sscan")
def sscan(client: Client, argv: Argv) -> Reply:
    """SSCAN key cursor [MATCH pattern] [COUNT count]."""
    cursor = _cursor(client, argv[2])
    value = client.db.get_as(argv[1], Set)
    if value is None:
        return [b"0", []]
    options = _options(client, argv, 3)
    whole = value.encoding != "hashtable"
    following, names = _page(
        client, 0 if whole else cursor, lambda: list(value), len(value) if whole else options.count
    )
    return [following, [name for name in names if name in value and (not options.matches or options.matches(name))]]


@command("hscan")
def hscan(client: Client, argv: Argv) -> Reply:
    """HSCAN key cursor [MATCH pattern] [COUNT count] [NOVALUES]."""
    cursor = _cursor(client, argv[2])
    value = client.db.get_as(argv[1], Hash)
    if value is None:
        return [b"0", []]
    options = _options(client, argv, 3, names_only=b"NOVALUES")
    whole = not value.big
    following, names = _page(
        client, 0 if whole else cursor, lambda: list(value), len(value) if whole else options.count
    )
    found: list[Reply] = []
    for field in names:
        if field in value and (not options.matches or options.matches(field)):
            found.extend([field] if options.names_only else [field, value[field]])
    return [following, found]


@command("zscan")
def zscan(client: Client, argv: Argv) -> Reply:
    """ZSCAN key cursor [MATCH pattern] [COUNT count]."""
    cursor = _cursor(client, argv[2])
    value = client.db.get_as(argv[1], ZSet)
    if value is None:
        return [b"0", []]
    options = _options(client, argv, 3, names_only=b"NOSCORES")
    whole = not value.big
    members = [member for _, member in value.order]
    following, names = _page(client, 0 if whole else cursor, lambda: members, len(value) if whole else options.count)
    found: list[Reply] = []
    for member in names:
        if member in value.scores and (not options.matches or options.matches(member)):
            score = _score(client, value.scores[member], big=value.big)
            found.extend([member] if options.names_only else [member, score])
    return [following, found]


def _score(client: Client, score: float, *, big: bool) -> bytes:
    """ZSCAN's scores are strings in RESP3 too. Those of a listpack are as they are kept there."""
    if big:
        return format_double(score, DoubleStyle.G17)
    if Feature.LISTPACKS in client.features and abs(score) < 2**63 and score == int(score):
        return b"%d" % score
    return format_double(score, client.flavor.doubles)
