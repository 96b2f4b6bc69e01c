"""The arguments of the commands on fields that expire: times, conditions, and FIELDS numfields field [field ...].

Redis 7.4 wants FIELDS in its place; from 8.4 on it and the options stand in any order. Valkey reads the options up to
the first FIELDS as EXPIRE, SET and GETEX read theirs. Each has its own errors, and its own limit for times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NoReturn

from ldbpy.features import Feature
from ldbpy.resp import INT64_MAX
from ldbpy.store.memory.args import Argv, integer, ranged
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, shown_last, syntax_error, wrong_arity
from ldbpy.store.memory.expiry import TIME_OPTIONS, invalid_expire_time
from ldbpy.store.memory.keys import expire_condition

__all__ = ["FieldOptions", "deadline", "expire_arguments", "fields_of", "get_or_set_arguments"]

_LATEST: Final = 2**46 - 1  # for Redis, in milliseconds: HFE_MAX_ABS_TIME_MSEC
_INT_MAX: Final = 2**31 - 1
_RELATIVE: Final = (b"EX", b"PX")
_MISMATCH: Final = b"ERR numfields should be greater than 0 and match the provided number of fields"
_MISPLACED: Final = b"ERR Mandatory argument FIELDS is missing or not at the right position"
_NOT_POSITIVE: Final = b"ERR Number of fields must be a positive integer"
_NOT_POSITIVE_FOR_HEXPIRE: Final = b"ERR Parameter `numFields` should be greater than 0"
_NOT_THAT_MANY: Final = b"ERR The `numfields` parameter must match the number of arguments"
_TWICE: Final = b"ERR FIELDS keyword specified multiple times"
_MISSING: Final = b"ERR missing FIELDS argument"


def deadline(client: Client, unit: bytes, text: bytes, name: str) -> int:
    """When ``text`` is, in milliseconds since 1970; ``unit`` is EX, PX, EXAT or PXAT. Times in the past are fine."""
    value = integer(text)
    latest = INT64_MAX
    if Feature.FIELDS_LIKE_KEYS not in client.features:
        latest = _LATEST
        if value < 0:
            reject(b"ERR invalid expire time, must be >= 0")
    if value < 0:
        invalid_expire_time(client, name)
    if unit in (b"EX", b"EXAT"):
        if value > latest // 1000:
            invalid_expire_time(client, name)
        value *= 1000
    base = client.db.now if unit in _RELATIVE else 0
    if value > latest - base:
        invalid_expire_time(client, name)
    return value + base


# -- FIELDS and nothing else: HTTL and its like, HPERSIST, HGETDEL


def fields_of(client: Client, argv: Argv, mismatch: bytes = _MISMATCH) -> list[bytes]:
    """The fields of a command without options; ``mismatch`` is Valkey's error if there are not as many as it says."""
    if Feature.FIELDS_LIKE_KEYS in client.features:
        if argv[2].upper() != b"FIELDS":
            syntax_error()
        count = integer(argv[3])
        if count == 0 or count != len(argv) - 4:
            reject(mismatch)
        return argv[4:]
    return _fields_at(argv, 2, _NOT_POSITIVE)


def _fields_at(argv: Argv, place: int, not_positive: bytes) -> list[bytes]:
    """What follows a FIELDS that has to be there and to be the last option (Redis)."""
    if place + 1 >= len(argv) or argv[place].upper() != b"FIELDS":
        reject(_MISPLACED)
    if ranged(argv[place + 1], 1, INT64_MAX, not_positive) != len(argv) - place - 2:
        reject(_NOT_THAT_MANY)
    return argv[place + 2 :]


# -- HEXPIRE and its three relatives


def expire_arguments(client: Client, argv: Argv, unit: bytes) -> tuple[int, set[bytes], list[bytes]]:
    """When, under which of the conditions NX, XX, GT and LT, and which fields."""
    name = argv[0].lower().decode("latin-1")
    if Feature.FIELDS_LIKE_KEYS in client.features:
        place = _first_fields(argv, 3)
        words = expire_condition(argv[3:place])
        fields = _counted(argv, place)
        return deadline(client, unit, argv[2], name), words, fields
    when = deadline(client, unit, argv[2], name)
    if Feature.FIELDS_ANYWHERE in client.features:
        return when, *_expire_options(argv)
    word = argv[3].upper()
    words = {word} & {b"NX", b"XX", b"GT", b"LT"}
    return when, words, _fields_at(argv, 3 + len(words), _NOT_POSITIVE_FOR_HEXPIRE)


def _expire_options(argv: Argv) -> tuple[set[bytes], list[bytes]]:
    words: set[bytes] = set()
    fields: list[bytes] | None = None
    index = 3
    while index < len(argv):
        word = argv[index].upper()
        index += 1
        if word == b"FIELDS":
            if fields is not None:
                reject(_TWICE)
            if index + 1 >= len(argv):
                reject(b"ERR FIELDS requires at least numfields and one field argument")
            count = ranged(argv[index], 1, _INT_MAX, _NOT_POSITIVE_FOR_HEXPIRE)
            fields = _take(argv, index + 1, count)
            index += 1 + count
        elif word in (b"NX", b"XX", b"GT", b"LT"):
            words.add(word)
        else:
            _unknown_argument(argv[index - 1])
    if fields is None:
        reject(_MISSING)
    if len(words) > 1:
        reject(b"ERR Multiple condition flags specified")
    return words, fields


def _first_fields(argv: Argv, start: int) -> int:
    """Where Valkey finds FIELDS: the first that is not the last argument. Its error if there is none."""
    for place in range(start, len(argv) - 1):
        if argv[place].upper() == b"FIELDS":
            return place
    reject(_MISMATCH)


def _counted(argv: Argv, place: int, each: int = 1) -> list[bytes]:
    """What follows the FIELDS there: as many arguments as it says, ``each`` for every field (Valkey)."""
    count = integer(argv[place + 1])
    rest = argv[place + 2 :]
    if count == 0 or count * each != len(rest):
        reject(_MISMATCH)
    return rest


def _take(argv: Argv, start: int, count: int) -> list[bytes]:
    if start + count > len(argv):
        reject(b"ERR wrong number of arguments")
    return argv[start : start + count]


def _unknown_argument(arg: bytes) -> NoReturn:
    reject(b"ERR unknown argument: %s" % shown_last(arg))


# -- HGETEX and HSETEX


@dataclass(slots=True)
class FieldOptions:
    """What HGETEX and HSETEX were given. The time is read by then; None: there is none."""

    unit: bytes = b""
    time: bytes = b""
    keep: bool = False
    """KEEPTTL of HSETEX, PERSIST of HGETEX."""
    condition: bytes = b""
    """FNX or FXX."""
    key_condition: bytes = b""
    """NX or XX (Valkey)."""
    fields: list[bytes] | None = None
    """With their values, for HSETEX."""


def get_or_set_arguments(client: Client, argv: Argv, *, setting: bool) -> FieldOptions:
    """The arguments of HSETEX (``setting``) or HGETEX."""
    if Feature.FIELDS_LIKE_KEYS not in client.features:
        return _options_anywhere(client, argv, setting=setting)
    place = _first_fields(argv, 1)
    options = _options_like_keys(argv[2:place], setting=setting)
    options.fields = _counted(argv, place, 2 if setting else 1)
    return options


def _options_like_keys(words: list[bytes], *, setting: bool) -> FieldOptions:
    """The options as SET and GETEX would have them: the same twice is fine, the last one counts (Valkey)."""
    options = FieldOptions()
    index = 0
    while index < len(words):
        word = words[index].upper()
        index += 1
        if word in TIME_OPTIONS and index < len(words) and options.unit in (b"", word) and not options.keep:
            options.unit, options.time = word, words[index]
            index += 1
        elif word == (b"KEEPTTL" if setting else b"PERSIST") and not options.unit:
            options.keep = True
        elif setting and word in (b"FNX", b"FXX") and options.condition in (b"", word):
            options.condition = word
        elif setting and word in (b"NX", b"XX") and options.key_condition in (b"", word):
            options.key_condition = word
        else:
            syntax_error()
    return options


def _options_anywhere(client: Client, argv: Argv, *, setting: bool) -> FieldOptions:
    """The options and FIELDS in any order, each of them once (Redis)."""
    options = FieldOptions()
    name = "hsetex" if setting else "hgetex"
    index = 2
    while index < len(argv):
        word = argv[index].upper()
        index += 1
        if word == b"FIELDS":
            if options.fields is not None:
                reject(_TWICE)
            if index >= len(argv):
                wrong_arity(name)
            count = ranged(argv[index], 1, _INT_MAX, b"ERR invalid number of fields") * (2 if setting else 1)
            options.fields = _take(argv, index + 1, count)
            index += 1 + count
        elif word in TIME_OPTIONS:
            _one_expiration(options, setting=setting)
            if index >= len(argv):
                reject(b"ERR missing expire time")
            options.unit, options.time = word, argv[index]
            deadline(client, word, options.time, name)
            index += 1
        elif word == (b"KEEPTTL" if setting else b"PERSIST"):
            _one_expiration(options, setting=setting)
            options.keep = True
        elif setting and word in (b"FNX", b"FXX"):
            if options.condition:
                reject(b"ERR Only one of FXX or FNX arguments can be specified")
            options.condition = word
        else:
            _unknown_argument(argv[index - 1])
    if options.fields is None:
        reject(_MISSING)
    return options


def _one_expiration(options: FieldOptions, *, setting: bool) -> None:
    if options.unit or options.keep:
        last = b"KEEPTTL" if setting else b"PERSIST"
        reject(b"ERR Only one of EX, PX, EXAT, PXAT or %s arguments can be specified" % last)
