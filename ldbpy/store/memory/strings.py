"""Strings: GET, SET and their family (``t_string.c``)."""

from __future__ import annotations

from dataclasses import dataclass

from ldbpy.features import Feature
from ldbpy.resp import (
    INT64_MAX,
    INT64_MIN,
    OK,
    Reply,
    parse_integer,
)
from ldbpy.store.memory.args import Argv, integer
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import (
    NOT_INTEGER,
    OVERFLOW,
    STRING_TOO_LONG,
    reject,
    syntax_error,
    wrong_arity,
)
from ldbpy.store.memory.expiry import TIME_OPTIONS, Expiration
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.strings_conditional import COMPARISONS, comparison_holds, kept

__all__ = ["mutable_string"]

_LONGEST = 512 * 1024 * 1024


def mutable_string(client: Client, key: bytes) -> bytearray:
    """The string at that key, empty if there is none, made fit to be changed in place."""
    value = client.db.get_string(key)
    client.db.changing(key)
    if type(value) is not bytearray:
        value = bytearray(value or b"")
        client.db.put(key, value, keep_ttl=True)
    return value


def check_length(length: int) -> None:
    """Refuse a string longer than a server keeps."""
    if length > _LONGEST:
        reject(STRING_TOO_LONG)


def _plain(value: bytes | bytearray | None) -> bytes | None:
    return bytes(value) if isinstance(value, bytearray) else value


# -- reading


@command("get")
def get(client: Client, argv: Argv) -> Reply:
    """GET key."""
    return _plain(client.db.get_string(argv[1]))


@command("strlen")
def strlen(client: Client, argv: Argv) -> Reply:
    """STRLEN key."""
    return len(client.db.get_string(argv[1]) or b"")


@command("mget")
def mget(client: Client, argv: Argv) -> Reply:
    """MGET key [key ...]: what is not a string is null."""
    values = (client.db.get(key) for key in argv[1:])
    return [_plain(value) if isinstance(value, bytes | bytearray) else None for value in values]


@command("getrange", "substr")
def getrange(client: Client, argv: Argv) -> Reply:
    """GETRANGE key start end."""
    start, end = integer(argv[2]), integer(argv[3])
    value = client.db.get_string(argv[1])
    if not value:
        return b""
    length = len(value)
    if start < 0 and end < 0 and start > end:
        return b""
    start = max(start + length, 0) if start < 0 else start
    end = max(end + length, 0) if end < 0 else end
    return bytes(value[start : min(end, length - 1) + 1]) if start <= end else b""


# -- SET and GETEX


@dataclass(slots=True)
class _SetOptions:
    """The optional words of SET and GETEX."""

    condition: bytes = b""
    compare: bytes = b""
    get: bool = False
    keep_ttl: bool = False
    persist: bool = False
    expiration: Expiration | None = None


def _parse_options(client: Client, argv: Argv, start: int, *, for_set: bool) -> _SetOptions:
    options = _SetOptions()
    index = start
    while index < len(argv):
        word = argv[index].upper()
        following = argv[index + 1] if index + 1 < len(argv) else None
        if for_set and word in (b"NX", b"XX") and _condition_allowed(client, options, word):
            options.condition = word
        elif for_set and COMPARISONS.get(word) in client.features and not options.condition and following is not None:
            options.condition, options.compare = word, following
            index += 1
        elif (
            for_set
            and word == b"GET"
            and not (options.condition == b"NX" and Feature.SET_NX_GET not in client.features)
        ):
            options.get = True
        elif for_set and word == b"KEEPTTL" and options.expiration is None:
            options.keep_ttl = True
        elif not for_set and word == b"PERSIST" and options.expiration is None:
            options.persist = True
        elif word in TIME_OPTIONS and following is not None and _time_allowed(options, word):
            options.expiration = Expiration(word, following)
            index += 1
        else:
            syntax_error()
        index += 1
    return options


def _condition_allowed(client: Client, options: _SetOptions, word: bytes) -> bool:
    if word == b"NX" and options.get and Feature.SET_NX_GET not in client.features:
        return False
    return options.condition in (b"", word)


def _time_allowed(options: _SetOptions, word: bytes) -> bool:
    same = options.expiration is None or options.expiration.unit == word
    return same and not options.keep_ttl and not options.persist


@command("set")
def set_(client: Client, argv: Argv) -> Reply:
    """SET key value [NX | XX | IFEQ value] [GET] [EX | PX | EXAT | PXAT time | KEEPTTL].

    Redis has IFNE as well, which sets a missing key, and IFDEQ and IFDNE, which compare with what DIGEST tells.
    """
    key, value = argv[1], argv[2]
    if len(argv) == 3:
        client.db.put(key, kept(client, value))
        return OK
    options = _parse_options(client, argv, 3, for_set=True)
    return _set(client, key, value, options, "set")


def _set(
    client: Client, key: bytes, value: bytes, options: _SetOptions, name: str, ok: Reply = OK, no: Reply = None
) -> Reply:
    db = client.db
    deadline = options.expiration.deadline(client, name) if options.expiration else None
    old_first = Feature.SET_NX_GET in client.features
    old = _plain(db.get_string(key)) if options.get and old_first else None
    if not _condition_holds(client, key, options):
        return old if options.get else no
    if options.get and not old_first:
        old = _plain(db.get_string(key))
    db.put(key, kept(client, value), keep_ttl=options.keep_ttl)
    if deadline is not None:
        db.set_expiry(key, deadline)
    return old if options.get else ok


def _condition_holds(client: Client, key: bytes, options: _SetOptions) -> bool:
    match options.condition:
        case b"NX":
            return key not in client.db
        case b"XX":
            return key in client.db
        case b"":
            return True
        case word:
            value = client.db.get_string(key)
            if value is None:
                return word in (b"IFNE", b"IFDNE")
            return comparison_holds(word, options.compare, value)


@command("setnx")
def setnx(client: Client, argv: Argv) -> Reply:
    """SETNX key value."""
    return _set(client, argv[1], argv[2], _SetOptions(condition=b"NX"), "setnx", 1, 0)


@command("setex")
def setex(client: Client, argv: Argv) -> Reply:
    """SETEX key seconds value."""
    return _set(client, argv[1], argv[3], _SetOptions(expiration=Expiration(b"EX", argv[2])), "setex")


@command("psetex")
def psetex(client: Client, argv: Argv) -> Reply:
    """PSETEX key milliseconds value."""
    return _set(client, argv[1], argv[3], _SetOptions(expiration=Expiration(b"PX", argv[2])), "psetex")


@command("getset")
def getset(client: Client, argv: Argv) -> Reply:
    """GETSET key value."""
    old = _plain(client.db.get_string(argv[1]))
    client.db.put(argv[1], kept(client, argv[2]))
    return old


@command("getdel")
def getdel(client: Client, argv: Argv) -> Reply:
    """GETDEL key."""
    old = _plain(client.db.get_string(argv[1]))
    client.db.remove(argv[1])
    return old


@command("getex")
def getex(client: Client, argv: Argv) -> Reply:
    """GETEX key [EX | PX | EXAT | PXAT time | PERSIST]."""
    options = _parse_options(client, argv, 2, for_set=False)
    db = client.db
    deadline = None
    if options.expiration and Feature.GETEX_CHECKS_TIME_FIRST in client.features:
        deadline = options.expiration.deadline(client, "getex")
    value = _plain(db.get_string(argv[1]))
    if value is None:
        return None
    if options.expiration:
        deadline = options.expiration.deadline(client, "getex")
    if deadline is not None and deadline <= db.now:
        db.remove(argv[1])
    elif deadline is not None or (options.persist and db.expiry(argv[1]) is not None):
        db.set_expiry(argv[1], deadline)
    return value


def _pairs_or_reject(client: Client, argv: Argv, name: str) -> list[tuple[bytes, bytes]]:
    if len(argv) % 2 == 0:
        if Feature.QUOTED_COMMAND_IN_ERRORS not in client.features:
            reject(b"ERR wrong number of arguments for %s" % b"MSET")
        wrong_arity(name)
    return list(zip(argv[1::2], argv[2::2], strict=True))


@command("mset")
def mset(client: Client, argv: Argv) -> Reply:
    """MSET key value [key value ...]."""
    for key, value in _pairs_or_reject(client, argv, "mset"):
        client.db.put(key, kept(client, value))
    return OK


@command("msetnx")
def msetnx(client: Client, argv: Argv) -> Reply:
    """MSETNX key value [key value ...]: all or nothing."""
    pairs = _pairs_or_reject(client, argv, "msetnx")
    if any(key in client.db for key, _ in pairs):
        return 0
    for key, value in pairs:
        client.db.put(key, kept(client, value))
    return 1


# -- changing in place


@command("append")
def append(client: Client, argv: Argv) -> Reply:
    """APPEND key value."""
    old = client.db.get_string(argv[1])
    if old is None:
        client.db.put(argv[1], kept(client, argv[2]))
        return len(argv[2])
    check_length(len(old) + len(argv[2]))
    value = mutable_string(client, argv[1])
    value += argv[2]
    return len(value)


@command("setrange")
def setrange(client: Client, argv: Argv) -> Reply:
    """SETRANGE key offset value."""
    offset, piece = integer(argv[2]), argv[3]
    if offset < 0:
        reject(b"ERR offset is out of range")
    old = client.db.get_string(argv[1])
    if not piece:
        return len(old or b"")
    check_length(offset + len(piece))
    value = mutable_string(client, argv[1])
    if len(value) < offset:
        value.extend(bytes(offset - len(value)))
    value[offset : offset + len(piece)] = piece
    return len(value)


def _increment(client: Client, key: bytes, by: int) -> Reply:
    old = client.db.get_string(key)
    number = 0 if old is None else parse_integer(bytes(old))
    if number is None:
        reject(NOT_INTEGER)
    number += by
    if not INT64_MIN <= number <= INT64_MAX:
        reject(OVERFLOW)
    client.db.put(key, b"%d" % number, keep_ttl=True)
    return number


@command("incr")
def incr(client: Client, argv: Argv) -> Reply:
    """INCR key."""
    return _increment(client, argv[1], 1)


@command("decr")
def decr(client: Client, argv: Argv) -> Reply:
    """DECR key."""
    return _increment(client, argv[1], -1)


@command("incrby")
def incrby(client: Client, argv: Argv) -> Reply:
    """INCRBY key increment."""
    return _increment(client, argv[1], integer(argv[2]))


@command("decrby")
def decrby(client: Client, argv: Argv) -> Reply:
    """DECRBY key decrement."""
    by = integer(argv[2])
    if by == INT64_MIN:
        if Feature.DECRBY_CHECKS_MINIMUM in client.features:
            reject(b"ERR decrement would overflow")
        by = INT64_MIN  # which C negates to itself
        return _increment(client, argv[1], by)
    return _increment(client, argv[1], -by)
