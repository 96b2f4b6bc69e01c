"""INCRBYFLOAT and HINCRBYFLOAT, which reckon in long doubles. Apart from the rest: those take a while to load."""

from __future__ import annotations

from fractions import Fraction

from ldbpy.resp import Reply
from ldbpy.resp.longdouble import add_long_doubles, format_long_double, parse_long_double
from ldbpy.store.memory.args import Argv
from ldbpy.store.memory.client import Client
from ldbpy.store.memory.errors import NAN_OR_INFINITY, NOT_FLOAT, reject
from ldbpy.store.memory.hashes import set_number
from ldbpy.store.memory.registry import command
from ldbpy.store.memory.values import Hash, Unshortened

__all__: list[str] = []


def _long_double(text: bytes, error: bytes = NOT_FLOAT) -> Fraction | float:
    """A long double argument: a Fraction, or a float for an infinity."""
    value = parse_long_double(text)
    if value is None:
        reject(error)
    return value


@command("incrbyfloat")
def incrbyfloat(client: Client, argv: Argv) -> Reply:
    """INCRBYFLOAT key increment."""
    old = client.db.get_string(argv[1])
    value, by = _long_double(b"0" if old is None else bytes(old)), _long_double(argv[2])
    if isinstance(value, float) or isinstance(by, float):
        reject(NAN_OR_INFINITY)
    total = add_long_doubles(value, by)
    if total is None:
        reject(NAN_OR_INFINITY)
    text = format_long_double(total)
    client.db.put(argv[1], Unshortened(text), keep_ttl=True)
    return text


@command("hincrbyfloat")
def hincrbyfloat(client: Client, argv: Argv) -> Reply:
    """HINCRBYFLOAT key field increment."""
    by = _long_double(argv[3])
    if isinstance(by, float):
        reject(b"ERR value is NaN or Infinity")
    old = (client.db.get_as(argv[1], Hash) or Hash()).get(argv[2], b"0")
    number = _long_double(old, b"ERR hash value is not a float")
    if isinstance(number, float):
        reject(NAN_OR_INFINITY)
    total = add_long_doubles(number, by)
    if total is None:
        reject(NAN_OR_INFINITY)
    text = format_long_double(total)
    set_number(client, argv, text)
    return text
