"""Computing with numbers of which six digits are known: what is told has to hold for all that they may be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from math import floor, log10
from typing import Final, NamedTuple

from ldbpy.backends.ldb.evaluation import Outcome
from ldbpy.backends.ldb.values import Node
from ldbpy.model.debugging import ValueKind
from ldbpy.script import ast

__all__ = ["Told", "is_exact", "numbers_in", "settle", "shifts", "undecided"]

_DIGITS: Final = 6

Shift = Callable[[Node], Node]
"""Gives a value that may be meant instead of the one that was told."""


class Told(NamedTuple):
    """What an expression gave, with one of the values its variables may have."""

    values: list[Node]
    error: bytes | None


def is_exact(node: Node) -> bool:
    """Whether no number in a value may have been shortened."""
    return node.exact and all(is_exact(item) and is_exact(key) for key, item in node.items)


def numbers_in(chunk: ast.Chunk) -> list[float]:
    """The numbers that are written in code."""
    return [float(node.value) for node in ast.walk(chunk.body) if isinstance(node, ast.Number)]


def shifts(nodes: Iterable[Node], written: Collection[float]) -> list[Shift]:
    """The numbers as told, the least and the greatest they may be, and those written in the code that they may be."""
    found: list[Shift] = [lambda node: node, *(_by(way) for way in (-1, 1))]
    told = [number for node in nodes for number in _shortened(node)]
    meant = (number for number in written if any(abs(number - each) <= _blur(each) for each in told))
    return found + [_to(number) for number in meant]


def _shortened(node: Node) -> Iterator[float]:
    if not node.exact:
        assert isinstance(node.data, float)
        yield node.data
    for key, item in node.items:
        yield from _shortened(key)
        yield from _shortened(item)


def _blur(number: float) -> float:
    """By how much a number may differ from what ``%g`` made of it."""
    return 10.0 ** (floor(log10(abs(number))) - _DIGITS + 1) / 2


def _by(way: int) -> Shift:
    return lambda node: _changed(node, lambda number: number + way * _blur(number))


def _to(wanted: float) -> Shift:
    return lambda node: _changed(node, lambda told: wanted if abs(wanted - told) <= _blur(told) else told)


def _changed(node: Node, change: Callable[[float], float]) -> Node:
    if not node.exact:
        assert isinstance(node.data, float)
        return node._replace(data=change(node.data), exact=True)
    items = tuple((_changed(key, change), _changed(item, change)) for key, item in node.items)
    return node._replace(items=items) if node.items else node


def settle(tries: list[Told], known: dict[str, Node]) -> Outcome:
    """What the tries agree on; numbers they do not agree on are told as they are about."""
    first = tries[0]
    if all(each == first for each in tries):
        return first.values, first.error
    values = []
    for at, value in enumerate(first.values):
        others = [each.values[at] if at < len(each.values) else None for each in tries]
        if all(other == value for other in others):
            values.append(value)
        elif all(other is not None and other.kind is ValueKind.NUMBER for other in others):
            values.append(value._replace(exact=False))
        else:
            return [], undecided(known)
    return values, first.error


def undecided(known: dict[str, Node]) -> bytes:
    """The error for what six digits do not decide."""
    told = [
        f"{name} is about {node.data:g}"
        for name, node in known.items()
        if isinstance(node.data, float) and not node.exact
    ]
    reason = ", ".join(told) or "some numbers are known about"
    return f"{reason}, in the six digits the server shows: that does not decide it".encode()
