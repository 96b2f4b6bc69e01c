"""Where in a piece of Lua the cursor stands: what is being typed, and in which calls it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from ldbpy.script.lexer import BROKEN, EOF, NAME, NUMBER, STRING, Tokens, tokenize

__all__ = ["Call", "Spot", "What", "declared", "find_spot", "is_command_call"]


class What(Enum):
    """What is being typed."""

    NAME = auto()
    """A variable or a keyword."""
    MEMBER = auto()
    """What follows a dot or a colon."""
    STRING = auto()
    """Inside a string."""
    NOTHING = auto()
    """A number, a comment, or nothing that could be gone on with."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose bracket is still open at the cursor."""

    path: tuple[str, ...]
    """``('redis', 'call')``."""
    method: bool
    """Whether its last part follows a colon."""
    args: tuple[str | None, ...]
    """The arguments before the one at the cursor; None for those that are no plain string."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of the cursor."""

    what: What
    word: str
    """What of the word is typed already."""
    path: tuple[str, ...] = ()
    """What a member is a member of."""
    calls: tuple[Call, ...] = ()
    """The calls that are open, the innermost last."""


_LOOKED_AT: Final = 20_000
"""Characters before the cursor that are looked at: more would take longer than a key press."""


def _before(text: str, cursor: int) -> str:
    """The text before the cursor: of a long one the last lines."""
    cut = max(cursor - _LOOKED_AT, 0)
    return text[text.find("\n", cut, cursor) + 1 if cut else 0 : cursor]


def find_spot(text: str, cursor: int) -> Spot:
    """Look at the text before the cursor. Takes any text."""
    text = _before(text, cursor)
    cursor = len(text)
    tokens = tokenize(text)
    count = len(tokens.kinds) - 1  # without EOF
    calls = tuple(_open_calls(tokens, count))
    if any(comment.end >= cursor and not comment.text.endswith("\n") for comment in tokens.comments):
        return Spot(What.NOTHING, "")
    last = count - 1
    if last < 0 or tokens.ends[last] < cursor:
        return _fresh(tokens, count, calls)
    kind, word = tokens.kinds[last], tokens.texts[last]
    if kind == BROKEN and word[0] in "\"'[":
        size = len(word) - len(word.lstrip("[=")) if word[0] == "[" else 1
        return Spot(What.STRING, word[size:], calls=calls)
    if word[0].isalpha() or word[0] == "_":
        path = _path_before(tokens, last)
        return Spot(What.MEMBER if path is not None else What.NAME, word, path or (), calls)
    return _fresh(tokens, count, calls)


def _fresh(tokens: Tokens, count: int, calls: tuple[Call, ...]) -> Spot:
    """No word has been begun."""
    path = _path_before(tokens, count)
    if path is not None:
        return Spot(What.MEMBER, "", path, calls)
    ended = count and tokens.kinds[count - 1] in _ENDS and not tokens.opens_line(count)
    return Spot(What.NOTHING if ended else What.NAME, "", (), calls)


_ENDS: Final = frozenset(
    {NAME, NUMBER, STRING, ")", "]", "}", "...", "nil", "true", "false", "local", "function", "for"}
)
"""Behind these no expression begins on the same line; nor does one whose names are to be new."""


def _path_before(tokens: Tokens, index: int) -> tuple[str, ...] | None:
    """The names before the dot or colon before ``index``; empty if it is a member of no plain name, None if of none."""
    kinds, texts = tokens.kinds, tokens.texts
    if not index or kinds[index - 1] not in (".", ":"):
        return None
    parts: list[str] = []
    at = index - 1
    while at >= 1 and kinds[at] in (".", ":") and kinds[at - 1] == NAME:
        parts.append(texts[at - 1])
        at -= 2
    return () if at >= 0 and kinds[at] in (".", ":") else tuple(reversed(parts))


def _open_calls(tokens: Tokens, count: int) -> Iterator[Call]:
    """The calls that are not closed, from the outermost to the innermost."""
    opened: list[int] = []
    for index in range(count):
        kind = tokens.kinds[index]
        if kind in ("(", "{", "["):
            opened.append(index)
        elif kind in (")", "}", "]") and opened:
            opened.pop()
    for place, index in enumerate(opened):
        if tokens.kinds[index] == "(" and index and tokens.kinds[index - 1] == NAME:
            path = (*(_path_before(tokens, index - 1) or ()), tokens.texts[index - 1])
            method = index >= 2 and tokens.kinds[index - 2] == ":"
            inner = opened[place + 1] if place + 1 < len(opened) else count
            yield Call(path, method, tuple(_arguments(tokens, index + 1, inner)))


def _arguments(tokens: Tokens, start: int, end: int) -> Iterator[str | None]:
    """The arguments that a comma has ended."""
    depth = 0
    first = start
    for index in range(start, end):
        kind = tokens.kinds[index]
        if kind in ("(", "{", "["):
            depth += 1
        elif kind in (")", "}", "]"):
            depth -= 1
        elif kind == "," and depth == 0:
            plain = index == first + 1 and tokens.kinds[first] == STRING
            yield _content(tokens.texts[first]) if plain else None
            first = index + 1


def _content(text: str) -> str:
    if text[0] == "[":
        size = text.index("[", 1) + 1
        return text[size:-size]
    return text[1:-1]


def declared(text: str, cursor: int) -> list[str]:
    """The names that the text before the cursor declares, the latest first, without regard to where they end."""
    text = _before(text, cursor)
    cursor = len(text)
    tokens = tokenize(text)
    kinds, texts = tokens.kinds, tokens.texts
    found: dict[str, None] = {}
    for index, kind in enumerate(kinds):
        if kind == "function":
            at = index + 1
            if kinds[at] == NAME and kinds[index - 1] == "local" and index:
                found[texts[at]] = None
            while kinds[at] not in ("(", EOF) and at < index + 8:
                at += 1
            _take_list(tokens, at + 1, found)
        elif kind in ("local", "for"):
            _take_list(tokens, index + 1, found)
    typed = texts[-2] if len(texts) > 1 and tokens.ends[-2] == cursor else None
    return [name for name in reversed(found) if name != typed or texts.count(name) > 1]


def _take_list(tokens: Tokens, start: int, found: dict[str, None]) -> None:
    kinds = tokens.kinds
    at = start
    while at < len(kinds) and kinds[at] == NAME:
        found[tokens.texts[at]] = None
        if kinds[at + 1] != ",":
            return
        at += 2


def is_command_call(call: Call, text: str) -> bool:
    """Whether a call runs a Redis command, by its own name or by one the text gives it."""
    if len(call.path) == 2:
        return call.path[0] in ("redis", "server") and call.path[1] in ("call", "pcall")
    return len(call.path) == 1 and _is_alias(call.path[0], text)


def _is_alias(name: str, text: str) -> bool:
    tokens = tokenize(_before(text, len(text)))
    kinds: Sequence[str] = tokens.kinds
    texts = tokens.texts
    return any(
        texts[at] == name
        and kinds[at + 1 : at + 3] == ["=", NAME]
        and texts[at + 2] in ("redis", "server")
        and kinds[at + 3] == "."
        and texts[at + 4] in ("call", "pcall")
        for at in range(len(kinds) - 5)
    )
