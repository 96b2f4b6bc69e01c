"""Strings set, deleted and told apart by what they hold: DELIFEQ, DELEX, DIGEST, MSETEX (``t_string.c``, ``db.c``).

Also the comparisons of SET ... IFEQ and its relatives.
"""

from __future__ import annotations

from typing import Final

from ldbpy.features import Feature
from ldbpy.resp import INT64_MAX, Reply, parse_integer
from ldbpy.store.memory.args import Argv, Options, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, syntax_error, wrong_arity
from ldbpy.store.memory.expiry import TIME_OPTIONS, Expiration
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import String, Unshortened

__all__ = ["COMPARISONS", "comparison_holds", "kept"]

COMPARISONS: Final = {
    b"IFEQ": Feature.SET_IFEQ,
    b"IFNE": Feature.SET_IFNE,
    b"IFDEQ": Feature.SET_IFNE,
    b"IFDNE": Feature.SET_IFNE,
}
"""The words that compare with the old value, and what a server needs for SET to have them."""

_DIGEST_LENGTH: Final = 16


def comparison_holds(word: bytes, operand: bytes, value: String) -> bool:
    """Whether the value is as IFEQ, IFNE, IFDEQ or IFDNE wants it; the last two compare digests."""
    if word in (b"IFEQ", b"IFNE"):
        return (value == operand) == (word == b"IFEQ")
    if len(operand) != _DIGEST_LENGTH:
        reject(b"ERR must be exactly 16 hexadecimal characters")
    return (_digest(value) == operand.lower()) == (word == b"IFDEQ")


def _digest(value: String) -> bytes:
    from ldbpy.store.memory.xxh3 import xxh3_64

    return b"%016x" % xxh3_64(bytes(value))


def kept(client: Client, value: bytes) -> String:
    """An argument as it becomes a value: a number is kept as one, but on some servers not if it is a script's."""
    stays_text = client.in_script and Feature.SCRIPT_NUMBERS_STAY_TEXT in client.features
    return Unshortened(value) if stays_text and parse_integer(value) is not None else value


@command("digest")
def digest(client: Client, argv: Argv) -> Reply:
    """DIGEST key: XXH3 of the string, in 16 hexadecimal digits."""
    value = client.db.get_string(argv[1])
    return None if value is None else _digest(value)


@command("delifeq")
def delifeq(client: Client, argv: Argv) -> Reply:
    """DELIFEQ key value."""
    value = client.db.get_string(argv[1])
    return int(value == argv[2] and client.db.remove(argv[1]))


@command("delex")
def delex(client: Client, argv: Argv) -> Reply:
    """DELEX key [IFEQ value | IFNE value | IFDEQ digest | IFDNE digest]: without a condition as DEL."""
    if len(argv) not in (2, 4):
        wrong_arity("delex")
    value = client.db.get(argv[1])
    if value is None:
        return 0
    if len(argv) == 4:
        if not isinstance(value, bytes | bytearray):
            reject(b"ERR Key should be of string type if conditions are specified")
        if argv[2].upper() not in COMPARISONS:
            reject(b"ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE")
        if not comparison_holds(argv[2].upper(), argv[3], value):
            return 0
    return int(client.db.remove(argv[1]))


@command("msetex")
def msetex(client: Client, argv: Argv) -> Reply:
    """MSETEX numkeys key value [key value ...] [NX | XX] [EX | PX | EXAT | PXAT time | KEEPTTL]: all or nothing."""
    db = client.db
    pairs = _counted_pairs(client, argv)
    condition, expiration, keep_ttl = _options(argv, 2 + 2 * len(pairs))
    deadline = expiration.deadline(client, "msetex") if expiration else None
    if condition and any((key in db) != (condition == b"XX") for key, _ in pairs):
        return 0
    for key, value in pairs:
        db.put(key, kept(client, value), keep_ttl=keep_ttl)
        if deadline is not None:
            db.set_expiry(key, deadline)
    return 1


def _counted_pairs(client: Client, argv: Argv) -> list[tuple[bytes, bytes]]:
    explains = Feature.MSETEX_EXPLAINS_COUNT in client.features
    wrong = b"ERR invalid numkeys value" if explains else b"ERR invalid numkeys value or out of range"
    count = ranged(argv[1], 1, INT64_MAX if explains else 2**31 - 1, wrong)
    if 2 + 2 * count > len(argv):
        if explains:
            reject(b"ERR wrong number of key-value pairs")
        syntax_error()
    end = 2 + 2 * count
    return list(zip(argv[2:end:2], argv[3:end:2], strict=True))


def _options(argv: Argv, start: int) -> tuple[bytes, Expiration | None, bool]:
    """NX or XX, the expiration, and whether there is KEEPTTL. The same option twice is fine, as for SET."""
    condition = b""
    expiration: Expiration | None = None
    keep_ttl = False
    options = Options(argv, start)
    while options:
        word = options.word()
        if word in (b"NX", b"XX") and condition in (b"", word):
            condition = word
        elif word == b"KEEPTTL" and expiration is None:
            keep_ttl = True
        elif word in TIME_OPTIONS and not keep_ttl and (expiration is None or expiration.unit == word):
            expiration = Expiration(word, options.value())
        else:
            syntax_error()
    return condition, expiration, keep_ttl
