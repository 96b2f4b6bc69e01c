"""What a Redis command takes, word by word: from the arguments that COMMAND DOCS describes to what may come next.

The description becomes a small automaton. Options that stand together may come in any order, each once unless it may
be repeated; a word that can be an option is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from ldbpy.commands import Argument, Command

__all__ = ["Grammar", "Leaf", "Signature", "grammar_of"]

_NUMERIC: Final = frozenset({"integer", "double", "unix-time"})
_NUMBER: Final = re.compile(r"[-+(]?\d.*|[-+(]?\.\d+|[-+(]?inf", re.IGNORECASE)
_SHORT: Final = 20
"""Characters of what is written twice to say that it may be repeated."""
_WORDS: Final = 500
"""Words of a command that are followed. What comes so late is one of many values."""


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One word of a command: an option's name, or a value."""

    token: str
    """The option in capitals; empty for a value."""
    name: str
    """What a value is called."""
    kind: str
    """``key``, ``string``, ``integer``, ``pattern``, …"""

    def takes(self, word: str | None) -> bool:
        """Whether it may be that word; None is a word that is not known."""
        if self.token:
            return word is not None and word.upper() == self.token
        return word is None or self.kind not in _NUMERIC or _NUMBER.fullmatch(word) is not None


@dataclass(frozen=True, slots=True)
class Signature:
    """How a command is written, and which part of the text is which word."""

    text: str
    spans: dict[Leaf, tuple[int, int]]


_Groups = frozenset[int]
_Thread = tuple[int, _Groups]
"""A state, and the options that were used on the way there."""


@dataclass(slots=True)
class _State:
    leaf: Leaf | None = None
    after: int = -1
    """The state behind the leaf."""
    jumps: list[tuple[int, int, _Groups]] = field(default_factory=list)
    """Where else one may go without a word: the state, the option that is entered (-1: none), those used anew."""


class Grammar:
    """What one command takes."""

    def __init__(self, arguments: Sequence[Argument]) -> None:
        """``arguments`` as ``Command.arguments`` gives them."""
        self._states: Final[list[_State]] = [_State()]
        self._groups = 0
        self._parts: Final[list[tuple[str, Leaf | None]]] = []
        self._sequence(arguments, 0)

    def signature(self, name: str) -> Signature:
        """How the command is written."""
        text, spans = name, {}
        for part, leaf in ((" ", None), *self._parts) if self._parts else ():
            if leaf is not None:
                spans[leaf] = (len(text), len(text) + len(part))
            text += part
        return Signature(text, spans)

    def expected(self, words: Iterable[str | None]) -> list[Leaf]:
        """What may come behind ``words``, which follow the command's name, in the order of the signature."""
        threads: set[_Thread] = set(self._closure({(0, frozenset())}))
        for count, word in enumerate(words):
            if count == _WORDS:
                return []
            able = [(state, used) for state, used in threads if (leaf := self._states[state].leaf) and leaf.takes(word)]
            named = [each for each in able if (leaf := self._states[each[0]].leaf) and leaf.token]
            threads = set(self._closure({(self._states[state].after, used) for state, used in named or able}))
        states = sorted({state for state, _ in threads})
        return [leaf for state in states if (leaf := self._states[state].leaf) is not None]

    def _closure(self, threads: Iterable[_Thread]) -> Iterator[_Thread]:
        seen: set[_Thread] = set()
        left = list(threads)
        while left:
            thread = left.pop()
            if thread in seen:
                continue
            seen.add(thread)
            yield thread
            state, used = thread
            for target, group, anew in self._states[state].jumps:
                if group < 0 or group not in used:
                    left.append((target, (used - anew) | ({group} if group >= 0 else set())))

    # -- building

    def _new(self) -> int:
        self._states.append(_State())
        return len(self._states) - 1

    def _jump(self, source: int, target: int, group: int = -1, anew: _Groups = frozenset()) -> None:
        self._states[source].jumps.append((target, group, anew))

    def _sequence(self, arguments: Sequence[Argument], start: int) -> int:
        """Add arguments one after the other; the state behind them."""
        at = start
        for index, argument in enumerate(arguments):
            if index:
                self._say(" ")
            if not _is(argument, "optional"):
                at = self._one(argument, at)
                continue
            if not index or not _is(arguments[index - 1], "optional"):
                hub = self._new()  # where options begin and end: those of one row come in any order
                self._jump(at, hub)
                at = hub
            group, self._groups = self._groups, self._groups + 1
            entry = self._new()
            self._jump(at, entry, group)
            self._say("[")
            self._jump(self._one(argument, entry), at)
            self._say("]")
        return at

    def _one(self, argument: Argument, start: int) -> int:
        """Add one argument, repeated if it may be; the state behind it."""
        entry = self._new()
        self._jump(start, entry)
        groups, said, again = self._groups, len(self._parts), entry
        named = self._token(argument, entry)
        if not _is(argument, "multiple_token"):
            said, again = len(self._parts), named
        end = self._value(argument, named)
        if _is(argument, "multiple"):
            self._jump(end, again, anew=frozenset(range(groups, self._groups)))
            shown = "".join(text for text, _ in self._parts[said:])
            self._say(f" [{shown} ...]" if len(shown) <= _SHORT else " ...")
        return end

    def _token(self, argument: Argument, start: int) -> int:
        """Add the name of an option, if it has one."""
        token = str(argument.get("token", "")).strip()
        if not token:
            return start
        end = self._word(Leaf(token.upper(), "", "token"), start)
        if argument["type"] != "pure-token":
            self._say(" ")
        return end

    def _value(self, argument: Argument, start: int) -> int:
        kind = argument["type"]
        if kind == "pure-token":
            return start
        if kind == "block":
            return self._sequence(argument["arguments"], start)
        if kind == "oneof":
            bare = _is(argument, "optional") and "token" not in argument and not _is(argument, "multiple")
            return self._choice(argument["arguments"], start, "" if bare else "<", "" if bare else ">")
        return self._word(Leaf("", str(argument["name"]), kind), start)

    def _choice(self, arguments: Sequence[Argument], start: int, opening: str, closing: str) -> int:
        end = self._new()
        self._say(opening)
        for index, argument in enumerate(arguments):
            if index:
                self._say(" | ")
            self._jump(self._one(argument, start), end)
        self._say(closing)
        return end

    def _word(self, leaf: Leaf, start: int) -> int:
        holder, end = self._new(), self._new()
        self._jump(start, holder)
        self._states[holder].leaf = leaf
        self._states[holder].after = end
        self._parts.append((leaf.token or leaf.name, leaf))
        return end

    def _say(self, text: str) -> None:
        self._parts.append((text, None))


def _is(argument: Argument, flag: str) -> bool:
    return flag in argument.get("flags", ())


@cache
def grammar_of(command: Command) -> Grammar | None:
    """What a command takes; None if the server's table does not say."""
    arguments = command.arguments
    return Grammar(arguments) if arguments or command.arity == 1 + command.name.count("|") else None
