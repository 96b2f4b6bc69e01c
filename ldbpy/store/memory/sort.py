"""SORT and SORT_RO (``sort.c``)."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from ldbpy.features import Feature
from ldbpy.resp import Reply, parse_double
from ldbpy.store.memory.args import Argv, integer
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, syntax_error, wrong_type
from ldbpy.store.memory.lists import store_list
from ldbpy.store.memory.partial_sort import partial_sort
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import Hash, List, Set, ZSet

__all__: list[str] = []


@dataclass(slots=True)
class _Options:
    descending: bool = False
    alpha: bool = False
    by: bytes | None = None
    unsorted: bool = False
    get: list[bytes] = field(default_factory=list)
    start: int = 0
    count: int = -1
    store: bytes | None = None


def _parse(argv: Argv, *, read_only: bool) -> _Options:
    options = _Options()
    index = 2
    while index < len(argv):
        word, left = argv[index].upper(), len(argv) - index - 1
        if word in (b"ASC", b"DESC"):
            options.descending = word == b"DESC"
        elif word == b"ALPHA":
            options.alpha = True
        elif word == b"LIMIT" and left >= 2:
            options.start, options.count = integer(argv[index + 1]), integer(argv[index + 2])
            index += 2
        elif word in (b"BY", b"GET") and left >= 1:
            _pattern(options, word, argv[index + 1])
            index += 1
        elif word == b"STORE" and left >= 1 and not read_only:
            options.store = argv[index + 1]
            index += 1
        else:
            syntax_error()
        index += 1
    return options


def _pattern(options: _Options, word: bytes, pattern: bytes) -> None:
    if word == b"GET":
        options.get.append(pattern)
        return
    options.by = pattern
    if b"*" not in pattern:
        options.unsorted = True


@command("sort")
def sort(client: Client, argv: Argv) -> Reply:
    """SORT key [BY pattern] [LIMIT offset count] [GET pattern ...] [ASC | DESC] [ALPHA] [STORE destination]."""
    return _sort(client, argv, read_only=False)


@command("sort_ro")
def sort_ro(client: Client, argv: Argv) -> Reply:
    """SORT_RO: SORT without STORE."""
    return _sort(client, argv, read_only=True)


def _sort(client: Client, argv: Argv, *, read_only: bool) -> Reply:
    options = _parse(argv, read_only=read_only)
    items = _elements(client, argv[1], options)
    start, end = _limits(options, len(items))
    if not options.unsorted:
        items = _sorted(client, items, options, start, end)
    items = items[start : end + 1]
    if options.get:
        replies = [_look_up(client, pattern, item) for item in items for pattern in options.get]
    else:
        replies = list(items)
    if options.store is None:
        return list(replies)
    if replies:
        store_list(client, options.store, [reply or b"" for reply in replies])
    else:
        client.db.remove(options.store)
    return len(replies)


def _elements(client: Client, key: bytes, options: _Options) -> list[bytes]:
    """What is to be sorted. A set that would come out unsorted, but in a script or to be stored, is sorted by bytes."""
    value = client.db.get(key)
    match value:
        case None:
            return []
        case List():
            return value[::-1] if options.unsorted and options.descending else list(value)
        case Set():
            if options.unsorted and (options.store is not None or client.in_script):
                options.unsorted, options.alpha, options.by = False, True, None
            return list(value)
        case ZSet():
            value.big = True  # the server converts it to a skiplist for good
            members = [member for _, member in value.order]
            return members[::-1] if options.unsorted and options.descending else members
        case _:
            wrong_type()


def _limits(options: _Options, length: int) -> tuple[int, int]:
    """The first and last place of what LIMIT lets through."""
    start = min(max(options.start, 0), length)
    count = min(max(options.count, -1), length)
    end = length - 1 if count < 0 else start + count - 1
    return (length - 1, length - 2) if start >= length else (start, min(end, length - 1))


def _sorted(client: Client, items: list[bytes], options: _Options, start: int, end: int) -> list[bytes]:
    """All items, sorted so far that those from ``start`` to ``end`` are in their places."""
    weights = [item if options.by is None else _look_up(client, options.by, item) for item in items]
    if options.alpha:
        # What has no weight comes first; elements of the same weight stay in their order. Reversing with ``reverse``
        # keeps that order too, as the server's negated comparison does.
        by_weight = [(weight is not None, weight or b"", item) for weight, item in zip(weights, items, strict=True)]
        if options.by is not None and (start, end) != (0, len(items) - 1):
            order = _descending if options.descending else _ascending
            partial_sort(by_weight, order, start, end)
            return [item for _, _, item in by_weight]
        by_weight.sort(key=lambda row: row[:2], reverse=options.descending)
        return [item for _, _, item in by_weight]
    numbers = [0.0 if weight is None else _number(client, weight) for weight in weights]
    rows_by_number = sorted(zip(numbers, items, strict=True), reverse=options.descending)
    return [item for _, item in rows_by_number]


_Row = tuple[bool, bytes, bytes]


def _ascending(one: _Row, other: _Row) -> int:
    return (one[:2] > other[:2]) - (one[:2] < other[:2])


def _descending(one: _Row, other: _Row) -> int:
    return _ascending(other, one)


def _number(client: Client, text: bytes) -> float:
    """A weight as ``strtod`` reads it when nothing may be left over; newer servers read it more strictly."""
    text = text.partition(b"\0")[0]
    loose = Feature.HEX_SCORES in client.features
    if loose:
        if not text:
            return 0.0
        text = text.lstrip()
    number = parse_double(text)
    if number is None or (b"x" in text.lower() if not loose else 0 < abs(number) < sys.float_info.min):
        reject(b"ERR One or more scores can't be converted into double")
    return number


def _look_up(client: Client, pattern: bytes, item: bytes) -> bytes | None:
    """What BY or GET finds for an element: ``#`` is the element, ``key_*`` a string, ``key_*->field`` of a hash."""
    if pattern == b"#":
        return item
    star = pattern.find(b"*")
    if star < 0:
        return None
    arrow = pattern.find(b"->", star + 1)
    if arrow >= 0 and arrow + 2 < len(pattern):
        key = pattern[:star] + item + pattern[star + 1 : arrow]
        if not isinstance(client.db.get(key), Hash):
            return None
        return (client.db.get_as(key, Hash) or Hash()).get(pattern[arrow + 2 :])
    value = client.db.get(pattern[:star] + item + pattern[star + 1 :])
    return bytes(value) if isinstance(value, bytes | bytearray) else None
