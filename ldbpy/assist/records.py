"""What help while typing is asked with, and what it answers. Offsets count characters of the text that was typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from ldbpy.flavors import DEFAULT_FLAVOR, FLAVORS, Flavor

__all__ = ["MOST", "Candidate", "Hint", "Kind", "Language", "Mistake", "Name", "Names", "Operand", "Verb"]

MOST: Final = 200
"""Candidates that are told. Nobody reads more, and to draw them takes time."""


class Kind(StrEnum):
    """What a candidate is, in the order candidates are told."""

    VERB = "verb"
    """A command of the debugger or the REPL."""
    LOCAL = "local"
    UPVALUE = "upvalue"
    FIELD = "field"
    GLOBAL = "global"
    KEYWORD = "keyword"
    OPTION = "option"
    COMMAND = "command"
    KEY = "key"
    FILE = "file"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Name:
    """A name that is known: a variable, a field."""

    text: str
    kind: Kind
    note: str = ""
    """What to show beside it: a type, a value."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may stand instead of the text from ``start`` to the cursor."""

    text: str
    start: int
    kind: Kind
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """What the call at the cursor takes."""

    text: str
    """``SET key value [NX | XX] ...``, ``string.sub(s, i [, j])``."""
    current: tuple[int, int] | None
    """The part of the text that is typed now."""
    note: str
    """``2 arguments or more, since 1.0.0``; may be empty."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong in the text, to be underlined."""

    start: int
    end: int
    message: str


class Names(Protocol):
    """What is known where something is typed. Answers at once, from what was read before: it runs nothing.

    Each gives what begins with ``prefix``, sorted; those who ask take ``MOST`` of it at most.
    """

    def variables(self, prefix: str) -> Iterable[Name]:
        """Locals, upvalues, and globals that are not the server's own."""
        ...

    def members(self, path: Sequence[str], prefix: str) -> Iterable[Name]:
        """Fields of the table that ``path`` leads to, the variable first."""
        ...

    def keys(self, prefix: str) -> Iterable[str]:
        """Keys of the store that have been seen."""
        ...

    def files(self, prefix: str) -> Iterable[str]:
        """Files and folders (which end in ``/``) whose path begins so."""
        ...


class Operand(StrEnum):
    """What follows a verb."""

    NOTHING = "nothing"
    LUA = "lua"
    REDIS = "redis"
    """A Redis command with its arguments."""
    KEYS = "keys"
    FILE = "file"
    """A file, then keys."""
    PLACE = "place"
    """Where to stop, as ``break`` takes it."""
    VERB = "verb"
    FLAVOR = "flavor"
    WORDS = "words"
    """One of ``Verb.choices``, or anything."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A command of the debugger or of the REPL, as help while typing needs to know it."""

    names: tuple[str, ...]
    """The full name first, without the marker."""
    usage: str = ""
    summary: str = ""
    operand: Operand = Operand.WORDS
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """What is typed, and which server it is for."""

    flavor: Flavor = field(default_factory=lambda: FLAVORS[DEFAULT_FLAVOR])
    verbs: tuple[Verb, ...] = ()
    marker: str = ""
    """What a line with a verb begins with: ``.`` in the REPL. Empty in the debugger, where a line that begins with no
    verb is Lua."""
    redis: bool = False
    """Whether a line without a verb is a Redis command, as in redis-cli, instead of Lua."""

    def verb(self, name: str) -> Verb | None:
        """The verb of that name, without the marker."""
        wanted = name if name.isupper() else name.lower()
        return next((verb for verb in self.verbs if wanted in verb.names), None)
