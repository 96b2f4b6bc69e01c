"""Paths into JSON documents, as RedisJSON has them: JSONPath (``$.a[*]``), and the older ones (``.a``, ``a.b[0]``).

A JSONPath answers a list of what it matched; an older path, called legacy, answers one value, or an error if there is
none. Apart from that both mean the same places.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn, TypeAlias

from ldbpy.store.memory.errors import reject
from ldbpy.store.memory.json_text import Json

__all__ = ["Match", "Name", "Path", "Place", "parse_path"]

Place: TypeAlias = tuple[str | int, ...]
"""The way from the root to a value: keys of objects, indexes of arrays."""

Match: TypeAlias = tuple[Place, Json]


@dataclass(frozen=True, slots=True)
class Name:
    """``.name`` or ``["name"]``: a member of an object."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """``[2]``, ``[-1]``: an element of an array."""

    index: int


@dataclass(frozen=True, slots=True)
class Span:
    """``[start:stop:step]``: elements of an array."""

    start: int | None
    stop: int | None
    step: int | None


@dataclass(frozen=True, slots=True)
class Every:
    """``*``: all members or elements."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """``[0,2]``, ``["a","b"]``: several at once."""

    steps: tuple[Name | Index, ...]


@dataclass(frozen=True, slots=True)
class Below:
    """``..``: what follows is looked for here and everywhere below."""


@dataclass(frozen=True, slots=True)
class Query:
    """A path inside a filter: from the value under test (``@``) or from the root (``$``)."""

    from_root: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """``left op right``."""

    op: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Logic:
    """``a && b``, ``a || b``; with one part and ``!``, its opposite."""

    op: str
    parts: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant inside a filter."""

    value: Json


@dataclass(frozen=True, slots=True)
class Filter:
    """``[?(test)]``: the members or elements that pass."""

    test: Test


Operand: TypeAlias = Query | Literal
Test: TypeAlias = Compare | Logic | Query | Literal
Step: TypeAlias = Name | Index | Span | Every | AnyOf | Below | Filter


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path."""

    text: bytes
    legacy: bool
    steps: tuple[Step, ...]

    @property
    def is_root(self) -> bool:
        """Whether it is the whole document."""
        return not self.steps

    @property
    def is_definite(self) -> bool:
        """Whether it names one place, be it there or not."""
        return all(isinstance(step, Name | Index) for step in self.steps)

    def find(self, root: Json) -> list[Match]:
        """Every match with its place, in the document's order."""
        return list(_walk(root, (), root, self.steps))

    def parent(self) -> Path:
        """The path without its last step."""
        return Path(self.text, self.legacy, self.steps[:-1])


# -- matching


def _walk(value: Json, place: Place, root: Json, steps: tuple[Step, ...]) -> Iterator[Match]:
    if not steps:
        yield place, value
        return
    step, rest = steps[0], steps[1:]
    if isinstance(step, Below):
        yield from _walk(value, place, root, rest)
        for key, child in _children(value):
            yield from _walk(child, (*place, key), root, steps)
        return
    for key, child in _chosen(step, value, root):
        yield from _walk(child, (*place, key), root, rest)


def _children(value: Json) -> Iterator[tuple[str | int, Json]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _chosen(step: Step, value: Json, root: Json) -> Iterator[tuple[str | int, Json]]:
    match step:
        case Name(name):
            if isinstance(value, dict) and name in value:
                yield name, value[name]
        case Index(index):
            if isinstance(value, list) and -len(value) <= index < len(value):
                yield index % len(value), value[index]
        case Span(start, stop, by):
            if isinstance(value, list):
                yield from ((i, value[i]) for i in range(*slice(start, stop, by).indices(len(value))))
        case Every():
            yield from _children(value)
        case AnyOf(several):
            for one in several:
                yield from _chosen(one, value, root)
        case Filter(test):
            yield from ((key, child) for key, child in _children(value) if _passes(test, child, root))
        case _:
            raise AssertionError(step)


def _passes(test: Test, value: Json, root: Json) -> bool:
    match test:
        case Logic("!", (part,)):
            return not _passes(part, value, root)
        case Logic(op, parts):
            results = (_passes(part, value, root) for part in parts)
            return all(results) if op == "&&" else any(results)
        case Compare(op, left, right):
            sides = [_operand(side, value, root) for side in (left, right)]
            return bool(sides[0] and sides[1]) and _compare(op, sides[0][0], sides[1][0])
        case Query():
            return bool(_operand(test, value, root))
        case Literal(constant):
            return bool(constant)


def _operand(operand: Operand, value: Json, root: Json) -> list[Json]:
    """What it stands for, in a list; empty if there is no such value."""
    if isinstance(operand, Literal):
        return [operand.value]
    found = next(_walk(root if operand.from_root else value, (), root, operand.steps), None)
    return [] if found is None else [found[1]]


def _compare(op: str, left: Json, right: Json) -> bool:
    if op in ("==", "!="):
        return (_kind(left) == _kind(right) and left == right) == (op == "==")
    if op == "=~":
        return isinstance(left, str) and isinstance(right, str) and _matches(right, left)
    if _kind(left) != _kind(right) or not isinstance(left, str | int | float):
        return False
    order = (left > right) - (left < right)  # type: ignore[operator]  # they are of one kind
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op]


def _kind(value: Json) -> str:
    """Its type, for which 1 and 1.0 are the same and 1 and true are not."""
    if isinstance(value, bool) or value is None:
        return repr(value)
    return "number" if isinstance(value, int | float) else type(value).__name__


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


# -- parsing


@functools.lru_cache(maxsize=256)
def parse_path(text: bytes) -> Path:
    """Parse a path. A path that is none is an error reply."""
    legacy = not text.startswith(b"$")
    source = text.decode("utf-8", "surrogateescape")
    if legacy:
        rooted = source if source.startswith((".", "[")) else "." + source
        source = "$" + ("" if rooted == "." else rooted)
    parser = _Parser(source)
    parser.at = 1
    steps = parser.steps()
    if parser.at != len(source):
        parser.fail()
    return Path(text, legacy, steps)


_NAME: Final = re.compile(r"[^.\[\]()'\"*?@&|!<>=~\s,:]+")
_INTEGER: Final = re.compile(r"-?[0-9]+")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_STRING: Final = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_OPERATOR: Final = re.compile(r"==|!=|<=|>=|=~|<|>")
_WORDS: Final[dict[str, Json]] = {"true": True, "false": False, "null": None}


class _Parser:
    """Recursive descent over the text; ``at`` is how far it has come."""

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self.at = 0

    def fail(self) -> NoReturn:
        reject(b"ERR Error occurred on position %d" % self.at)

    def take(self, token: str) -> bool:
        self.skip_space()
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def expect(self, token: str) -> None:
        if not self.take(token):
            self.fail()

    def skip_space(self) -> None:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self.skip_space()
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def steps(self) -> tuple[Step, ...]:
        found: list[Step] = []
        while self.at < len(self.text):
            if self.text.startswith("..", self.at):
                self.at += 2
                found.append(Below())
                found.append(self.bracket() if self.text.startswith("[", self.at) else self.name())
            elif self.text[self.at] == ".":
                self.at += 1
                found.append(self.bracket() if self.text.startswith("[", self.at) else self.name())
            elif self.text[self.at] == "[":
                found.append(self.bracket())
            else:
                break
        return tuple(found)

    def name(self) -> Step:
        if self.text.startswith("*", self.at):
            self.at += 1
            return Every()
        found = _NAME.match(self.text, self.at)
        if not found:
            self.fail()
        self.at = found.end()
        return Name(found[0])

    def bracket(self) -> Step:
        self.expect("[")
        step: Step
        if self.take("*"):
            step = Every()
        elif self.take("?"):
            self.expect("(")
            step = Filter(self.either())
            self.expect(")")
        else:
            step = self.choice()
        self.expect("]")
        return step

    def choice(self) -> Step:
        """Indexes, names, or a slice."""
        several: list[Name | Index] = []
        while True:
            text = self.string()
            if text is not None:
                several.append(Name(text))
            else:
                number = self.match(_INTEGER)
                if not several and self.take(":"):
                    return self.span(number)
                if number is None:
                    self.fail()
                several.append(Index(int(number[0])))
            if not self.take(","):
                break
        return several[0] if len(several) == 1 else AnyOf(tuple(several))

    def span(self, start: re.Match[str] | None) -> Span:
        stop = self.match(_INTEGER)
        by = self.match(_INTEGER) if self.take(":") else None
        if by is not None and int(by[0]) < 1:
            self.fail()
        return Span(*(int(part[0]) if part else None for part in (start, stop, by)))

    def string(self) -> str | None:
        found = self.match(_STRING)
        return _ESCAPE.sub(r"\1", found[1] if found[1] is not None else found[2]) if found else None

    # -- filters, loosest first

    def either(self) -> Test:
        parts = [self.both()]
        while self.take("||"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Logic("||", tuple(parts))

    def both(self) -> Test:
        parts = [self.single()]
        while self.take("&&"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else Logic("&&", tuple(parts))

    def single(self) -> Test:
        if self.take("!"):
            return Logic("!", (self.single(),))
        if self.take("("):
            inner = self.either()
            self.expect(")")
            return inner
        left = self.operand()
        op = self.match(_OPERATOR)
        return Compare(op[0], left, self.operand()) if op else left

    def operand(self) -> Operand:
        if self.take("@"):
            return Query(False, self.steps())
        if self.take("$"):
            return Query(True, self.steps())
        text = self.string()
        if text is not None:
            return Literal(text)
        number = self.match(_NUMBER)
        if number:
            return Literal(float(number[0]) if re.search(r"[.eE]", number[0]) else int(number[0]))
        for word, value in _WORDS.items():
            if self.take(word):
                return Literal(value)
        self.fail()
