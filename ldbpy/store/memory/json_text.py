"""JSON as text: read strictly, and written as RedisJSON writes it, without spaces and with UTF-8 as it is."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Final, TypeAlias

__all__ = ["Format", "Json", "NotJsonError", "read_json", "write_json"]

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
"""A JSON value. An integer is an int, any other number a float."""

_UINT64_MAX: Final = 2**64 - 1
_INT64_MIN: Final = -(2**63)


class NotJsonError(ValueError):
    """The text is not JSON; the message says where, in the words the server has for most of it."""


@dataclass(frozen=True, slots=True)
class Format:
    """What JSON.GET was told to write between the tokens."""

    indent: str = ""
    newline: str = ""
    space: str = ""

    def line(self, depth: int) -> str:
        """The end of a line and the beginning of the next, so deep."""
        return self.newline + self.indent * depth


_COMPACT: Final = Format()


def read_json(text: bytes) -> Json:
    """Read a JSON text.

    Raises:
        NotJsonError: it is none.
    """
    try:
        value: Json = json.loads(text.decode("utf-8"), parse_int=_integer, parse_float=_float, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise NotJsonError(f"expected value at line {error.lineno} column {error.colno}") from None
    except UnicodeDecodeError as error:
        raise NotJsonError(f"invalid unicode code point at line 1 column {error.start + 1}") from None
    except RecursionError:
        raise NotJsonError("recursion limit exceeded at line 1 column 128") from None
    return value


def _integer(text: str) -> int | float:
    """What does not fit 64 bits is read as a double, and so is -0."""
    if len(text) > 400:
        return _float(text)
    value = int(text)
    return value if _INT64_MIN <= value <= _UINT64_MAX and text != "-0" else _float(text)


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise NotJsonError(f"number out of range at line 1 column {len(text)}")
    return value


def _refuse(word: str) -> float:
    raise NotJsonError("expected value at line 1 column 1")


def write_json(value: Json, form: Format = _COMPACT, depth: int = 0) -> str:
    """The text of a value that sits so deep."""
    match value:
        case dict():
            items = [f"{_quote(key)}:{form.space}{write_json(item, form, depth + 1)}" for key, item in value.items()]
            return _enclose("{", items, "}", form, depth)
        case list():
            return _enclose("[", [write_json(item, form, depth + 1) for item in value], "]", form, depth)
        case str():
            return _quote(value)
        case bool() | None:
            return {True: "true", False: "false", None: "null"}[value]
        case int():
            return str(value)
        case float():
            return _number(value)


def _enclose(left: str, items: list[str], right: str, form: Format, depth: int) -> str:
    if not items:
        return left + right
    line = form.line(depth + 1)
    return left + line + f",{line}".join(items) + form.line(depth) + right


def _quote(text: str) -> str:
    return encode_basestring(text)


def _number(value: float) -> str:
    """The shortest digits; an exponent from 1e16 up and below 1e-5."""
    if 1e-5 <= abs(value) < 1e-4:
        digits, _, exponent = repr(abs(value)).partition("e-")
        sign = "-" if value < 0 else ""
        return sign + "0." + "0" * (int(exponent) - 1) + digits.replace(".", "")
    mantissa, e, exponent = repr(value).partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa
