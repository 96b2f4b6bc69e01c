"""Arrays, objects, strings and numbers within JSON documents (RedisJSON)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import cast

from ldbpy.resp import Double, Reply
from ldbpy.store.memory.args import Argv, integer
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import reject, wrong_arity
from ldbpy.store.memory.json_documents import (
    NO_KEY,
    NO_PATH,
    ROOT,
    argument,
    copied,
    document,
    json_bytes,
    one_or_all,
    path_argument,
    updating,
)
from ldbpy.store.memory.json_paths import parse_path
from ldbpy.store.memory.json_text import Json
from ldbpy.store.memory.registry import command

__all__: list[str] = []

_NOT_ARRAY = b"ERR Path does not exist or not an array"
_NOT_OBJECT = b"ERR Path does not exist or not an object"
_NOT_STRING = b"ERR Path does not exist or not a string"
_NOT_NUMBER = b"ERR Path does not exist or does not contains a number"
_EXPECTED = b"WRONGTYPE wrong type of path value - expected %s"


# -- how long


def _measure(
    client: Client,
    argv: Argv,
    measure: Callable[[Json], Reply],
    *,
    wrong: bytes,
    missing: bytes | None = NO_PATH,
    no_key: bytes = NO_KEY,
) -> Reply:
    """What ``measure`` says of what the path matches, None where it is of another type.

    For an older path ``wrong`` is the error for another type, ``missing`` the one for no match; None: that is a null.
    """
    path = path_argument(argv)
    holder = document(client, argv[1])
    if holder is None:
        if path.legacy:
            return None
        reject(no_key)
    found = [measure(value) for _, value in path.find(cast("Json", holder.model))]
    if not path.legacy:
        return found
    if not found:
        if missing is not None:
            reject(missing)
        return None
    if found[0] is None:
        reject(wrong)
    return found[0]


@command("json.arrlen")
def json_arrlen(client: Client, argv: Argv) -> Reply:
    """JSON.ARRLEN key [path]."""
    return _measure(client, argv, lambda value: len(value) if isinstance(value, list) else None, wrong=_NOT_ARRAY)


@command("json.objlen")
def json_objlen(client: Client, argv: Argv) -> Reply:
    """JSON.OBJLEN key [path]."""
    return _measure(
        client,
        argv,
        lambda value: len(value) if isinstance(value, dict) else None,
        wrong=_EXPECTED % b"object",
        missing=None,
        no_key=_NOT_OBJECT,
    )


@command("json.objkeys")
def json_objkeys(client: Client, argv: Argv) -> Reply:
    """JSON.OBJKEYS key [path]."""

    def names(value: Json) -> Reply:
        return [name.encode("utf-8", "surrogatepass") for name in value] if isinstance(value, dict) else None

    return _measure(client, argv, names, wrong=_NOT_OBJECT, missing=None)


@command("json.strlen")
def json_strlen(client: Client, argv: Argv) -> Reply:
    """JSON.STRLEN key [path]: in bytes."""
    return _measure(client, argv, _byte_length, wrong=_EXPECTED % b"string")


def _byte_length(value: Json) -> int | None:
    return len(value.encode("utf-8", "surrogatepass")) if isinstance(value, str) else None


# -- strings and numbers


@command("json.strappend")
def json_strappend(client: Client, argv: Argv) -> Reply:
    """JSON.STRAPPEND key [path] value: the value is a JSON string, with its quotes; the reply the new length."""
    path, text = (parse_path(ROOT), argv[2]) if len(argv) == 3 else (parse_path(argv[2]), argv[3])

    def appended(value: Json) -> tuple[Json, int] | None:
        if not isinstance(value, str):
            return None
        more = argument(text)
        if not isinstance(more, str):
            reject(_EXPECTED % b"string")
        return value + more, _byte_length(value + more) or 0

    return one_or_all(path, updating(client, argv[1], path, appended), last=True, none=_NOT_STRING)


Number = int | float


def _arithmetic(client: Client, argv: Argv, operate: Callable[[Number, Number], Number]) -> Reply:
    """One of the three commands. Replies are JSON text, in RESP3 numbers in an array."""
    path = parse_path(argv[2])

    def computed(value: Json) -> tuple[Json, Number] | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        operand = argument(argv[3])
        if isinstance(operand, bool) or not isinstance(operand, int | float):
            reject(b"bad input number")
        result = _result(operate, value, operand)
        return result, result

    answers = updating(client, argv[1], path, computed)
    numbers = [number for number in answers if number is not None]
    if path.legacy and not numbers:
        reject(_NOT_NUMBER)
    if client.resp == 3:
        return [_number_reply(number) for number in ([numbers[-1]] if path.legacy else answers)]
    return json_bytes(numbers[-1] if path.legacy else cast("Json", answers))


def _result(operate: Callable[[Number, Number], Number], left: Number, right: Number) -> Number:
    """Of two integers an integer of 64 bits, which wraps around; else a double."""
    try:
        if isinstance(left, int) and isinstance(right, int) and max(left, right) < 2**63:
            return (int(operate(left, right)) + 2**63) % 2**64 - 2**63
        result = operate(float(left), float(right))
    except (ValueError, OverflowError):
        result = math.nan
    if not math.isfinite(result):
        reject(b"ERR result is not a number")
    return result


def _number_reply(number: Number | None) -> Reply:
    return Double(number) if isinstance(number, float) else number


@command("json.numincrby")
def json_numincrby(client: Client, argv: Argv) -> Reply:
    """JSON.NUMINCRBY key path value."""
    return _arithmetic(client, argv, lambda left, right: left + right)


@command("json.nummultby")
def json_nummultby(client: Client, argv: Argv) -> Reply:
    """JSON.NUMMULTBY key path value."""
    return _arithmetic(client, argv, lambda left, right: left * right)


@command("json.numpowby")
def json_numpowby(client: Client, argv: Argv) -> Reply:
    """JSON.NUMPOWBY key path value: an integer's exponent has 32 bits, so that 2 to the -1 is 0."""
    return _arithmetic(client, argv, _power)


def _power(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        return pow(left, right % 2**32, 2**64)
    return math.pow(left, right)


# -- arrays


@command("json.arrappend")
def json_arrappend(client: Client, argv: Argv) -> Reply:
    """JSON.ARRAPPEND key path value [value ...]: the new length."""
    if len(argv) < 4:
        wrong_arity("json.arrappend")
    path = parse_path(argv[2])
    items = [argument(text, prefix=b"") for text in argv[3:]]

    def appended(value: Json) -> tuple[Json, int] | None:
        if not isinstance(value, list):
            return None
        return [*value, *(copied(item) for item in items)], len(value) + len(items)

    return one_or_all(path, updating(client, argv[1], path, appended), last=True, none=_NOT_ARRAY)


@command("json.arrinsert")
def json_arrinsert(client: Client, argv: Argv) -> Reply:
    """JSON.ARRINSERT key path index value [value ...]: before that index, which has to be there or the length."""
    path, index = parse_path(argv[2]), integer(argv[3])
    items = [argument(text, prefix=b"") for text in argv[4:]]

    def inserted(value: Json) -> tuple[Json, int] | None:
        if not isinstance(value, list):
            return None
        if not -len(value) <= index <= len(value):
            reject(b"ERR index out of bounds")
        at = index + len(value) if index < 0 else index
        return [*value[:at], *(copied(item) for item in items), *value[at:]], len(value) + len(items)

    return one_or_all(path, updating(client, argv[1], path, inserted), last=False, none=_NOT_ARRAY)


@command("json.arrtrim")
def json_arrtrim(client: Client, argv: Argv) -> Reply:
    """JSON.ARRTRIM key path start stop: both included, both counted from the end if negative."""
    path, start, stop = parse_path(argv[2]), integer(argv[3]), integer(argv[4])

    def trimmed(value: Json) -> tuple[Json, int] | None:
        if not isinstance(value, list):
            return None
        low = max(start + len(value), 0) if start < 0 else start
        high = max(stop + len(value), 0) if stop < 0 else stop
        kept = value[low : high + 1] if low <= high else []
        return kept, len(kept)

    return one_or_all(path, updating(client, argv[1], path, trimmed), last=False, none=_NOT_ARRAY)


@command("json.arrpop")
def json_arrpop(client: Client, argv: Argv) -> Reply:
    """JSON.ARRPOP key [path [index]]: the last by default; an index beyond an end is that end."""
    if len(argv) > 4:
        wrong_arity("json.arrpop")
    path = path_argument(argv)
    index = integer(argv[3]) if len(argv) == 4 else -1

    def popped(value: Json) -> tuple[Json, bytes] | None:
        if not isinstance(value, list):
            return None
        if not value:
            return value, b""
        at = min(max(index + len(value) if index < 0 else index, 0), len(value) - 1)
        return [*value[:at], *value[at + 1 :]], json_bytes(value[at])

    reply = one_or_all(path, updating(client, argv[1], path, popped), last=False, none=_NOT_ARRAY)
    return [item or None for item in reply] if isinstance(reply, list) else reply or None


@command("json.arrindex")
def json_arrindex(client: Client, argv: Argv) -> Reply:
    """JSON.ARRINDEX key path value [start [stop]]: -1 if it is not there; ``stop`` is not included, 0 is the end."""
    if len(argv) > 6:
        wrong_arity("json.arrindex")
    path, wanted = parse_path(argv[2]), argument(argv[3])
    start = integer(argv[4]) if len(argv) > 4 else 0
    stop = integer(argv[5]) if len(argv) > 5 else 0
    holder = document(client, argv[1])
    if holder is None:
        reject(NO_PATH)

    def place(value: Json) -> int | None:
        if not isinstance(value, list):
            return None
        low = min(max(start + len(value) if start < 0 else start, 0), max(len(value) - 1, 0))
        high = len(value) + stop if stop <= 0 else min(stop, len(value))
        text = json_bytes(wanted)
        return next((i for i in range(low, high) if json_bytes(value[i]) == text), -1)

    found = [place(value) for _, value in path.find(cast("Json", holder.model))]
    if not path.legacy:
        return list(found)
    if not found:
        reject(NO_PATH)
    if found[0] is None:
        reject(_EXPECTED % b"array")
    return found[0]
