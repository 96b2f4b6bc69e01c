"""What is known at a prompt, and the parts of prompt_toolkit that look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from threading import Lock
from typing import Final

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.layout.utils import explode_text_fragments
from prompt_toolkit.lexers import Lexer

from ldbpy.assist.check import check
from ldbpy.assist.complete import complete
from ldbpy.assist.hint import hint
from ldbpy.assist.lines import read_line
from ldbpy.assist.records import Hint, Kind, Language, Mistake, Names, Operand
from ldbpy.assist.words import words_of
from ldbpy.lint.analysis.environment import LIBRARIES
from ldbpy.render.text import display_width
from ldbpy.script.lexer import BROKEN, EOF, KEYWORDS, NAME, NUMBER, STRING, tokenize
from ldbpy.tui.theme import Part

__all__ = ["Colours", "HelpfulCompleter", "Marks", "Typing", "hint_line"]


class Typing:
    """What is typed at a prompt and which names are known there: replaced as a whole, from any thread."""

    def __init__(self, language: Language, names: Names) -> None:
        self._lock: Final = Lock()
        self._known = (language, names)

    @property
    def known(self) -> tuple[Language, Names]:
        """The language and the names, as they belong together."""
        with self._lock:
            return self._known

    def update(self, names: Names, language: Language | None = None) -> None:
        """Put other names, and perhaps another language, in the place of those that were."""
        with self._lock:
            self._known = (language or self._known[0], names)

    def mistakes(self, text: str) -> tuple[Mistake, ...]:
        """What is wrong in a text."""
        language, names = self.known
        return check(text, names, language)

    def hint(self, text: str, cursor: int) -> Hint | None:
        """What the call at the cursor takes."""
        language, names = self.known
        return hint(text, cursor, names, language)


class HelpfulCompleter(Completer):
    """Completes with what is known."""

    def __init__(self, typing: Typing) -> None:
        self._typing: Final = typing

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What the word before the cursor may become. While typing, not before a word is begun."""
        language, names = self._typing.known
        cursor = document.cursor_position
        for each in complete(document.text, cursor, names, language):
            if each.start == cursor and not complete_event.completion_requested:
                return
            yield Completion(
                _shown(each.text),
                each.start - cursor,
                display=_shown(each.text),
                display_meta=_meta(each.kind, each.note),
            )


def _shown(text: str) -> str:
    """A name from a store may hold anything: what would act on the terminal is replaced."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _meta(kind: Kind, note: str) -> str:
    return _shown(note) or kind.value


# -- looks


class Marks(Processor):
    """Underlines mistakes."""

    def __init__(self, typing: Typing) -> None:
        self._typing: Final = typing
        self._last: tuple[object, str, tuple[Mistake, ...]] = (None, "", ())

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """See ``Processor``: one line."""
        document, line = transformation_input.document, transformation_input.lineno
        fragments = transformation_input.fragments
        mistakes = self._mistakes(document.text)
        start = document.translate_row_col_to_index(line, 0)
        end = start + len(document.lines[line])
        here = [each for each in mistakes if each.start <= end and each.end > start]
        if not here:
            return Transformation(fragments)
        shift = sum(len(fragment[1]) for fragment in fragments) - (end - start)
        exploded = explode_text_fragments(list(fragments))
        for mistake in here:
            for at in range(max(mistake.start - start, 0), min(mistake.end - start, end - start)):
                place = transformation_input.source_to_display(at) if shift else at
                if place < len(exploded):
                    style, char = exploded[place][:2]
                    exploded[place] = (f"{style} class:{Part.MISTAKE} ", char)
        return Transformation(exploded)

    def _mistakes(self, text: str) -> tuple[Mistake, ...]:
        known = self._typing.known
        if self._last[0] is not known or self._last[1] != text:
            self._last = (known, text, self._typing.mistakes(text))
        return self._last[2]


_BUILTINS: Final = frozenset({*LIBRARIES, "KEYS", "ARGV", "server"})
_LONGEST: Final = 50_000
"""Characters that are coloured."""


class Colours(Lexer):
    """Colours what is typed, as Lua or as a Redis command."""

    def __init__(self, typing: Typing) -> None:
        self._typing: Final = typing

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """See ``Lexer``."""
        text = document.text
        language, _ = self._typing.known
        lines = _coloured(text, language) if len(text) <= _LONGEST else _split([("", text)])
        return lambda number: lines[number] if number < len(lines) else []

    def invalidation_hash(self) -> object:
        """Changes with the language."""
        return self._typing.known[0]


@lru_cache(maxsize=16)
def _coloured(text: str, language: Language) -> list[StyleAndTextTuples]:
    line = read_line(text, len(text), language)
    start = line.start if line.verb is not None else 0
    head = [(f"class:{Part.BUILTIN}", text[:start])] if start else []
    if line.is_verb:
        return _split([(f"class:{Part.BUILTIN}", text)])
    if line.operand is Operand.REDIS:
        return _split([*head, *_redis_colours(text, start)])
    return _split([*head, *_lua_colours(text, start)])


def _redis_colours(text: str, start: int) -> Iterator[tuple[str, str]]:
    done = start
    for index, word in enumerate(words_of(text, start)):
        style = f"class:{Part.KEYWORD}" if not index else f"class:{Part.CODE_STRING}" if word.quote else ""
        yield "", text[done : word.start]
        yield style, text[word.start : word.end]
        done = word.end
    yield "", text[done:]


def _lua_colours(text: str, start: int) -> Iterator[tuple[str, str]]:
    tokens = tokenize(text, start)
    pieces = [(comment.start, comment.end, Part.COMMENT) for comment in tokens.comments]
    for kind, word, first, last in zip(tokens.kinds, tokens.texts, tokens.starts, tokens.ends, strict=True):
        part = _part(kind, word)
        if part is not None and kind != EOF:
            pieces.append((first, last, part))
    pieces.sort()
    done = start
    for first, last, part in pieces:
        if first >= done:
            yield "", text[done:first]
            yield f"class:{part}", text[first:last]
            done = last
    yield "", text[done:]


def _part(kind: str, word: str) -> Part | None:
    if kind in KEYWORDS:
        return Part.KEYWORD
    if kind == STRING or (kind == BROKEN and word[:1] in ('"', "'", "[")):
        return Part.CODE_STRING
    if kind == NUMBER:
        return Part.CODE_NUMBER
    if kind == NAME:
        return Part.BUILTIN if word in _BUILTINS else None
    return None if kind == BROKEN else Part.OPERATOR


def _split(fragments: Iterable[tuple[str, str]]) -> list[StyleAndTextTuples]:
    """Fragments by lines."""
    lines: list[StyleAndTextTuples] = [[]]
    for style, text in fragments:
        for index, part in enumerate(text.split("\n")):
            if index:
                lines.append([])
            if part:
                lines[-1].append((style, part))
    return lines


# -- hints


def hint_line(found: Hint | None, width: int) -> StyleAndTextTuples:
    """A hint on one line: of a long signature the part around what is typed now."""
    if found is None:
        return []
    signature, current = _cut(found.text, found.current, width)
    start, end = current or (len(signature), len(signature))
    line: StyleAndTextTuples = [
        (f"class:{Part.SIGNATURE}", signature[:start]),
        (f"class:{Part.SIGNATURE_CURRENT}", signature[start:end]),
        (f"class:{Part.SIGNATURE}", signature[end:]),
    ]
    if found.note and display_width(signature) + display_width(found.note) + 3 <= width:
        line.append((f"class:{Part.DIM}", f"   {found.note}"))
    return [piece for piece in line if piece[1]]


def _cut(text: str, current: tuple[int, int] | None, width: int) -> tuple[str, tuple[int, int] | None]:
    if len(text) <= width or width < 10:
        return (text, current) if len(text) <= width else (text[: max(width, 0)], None)
    start, end = current or (0, 0)
    if end + 4 <= width:
        return text[: width - 4] + " ...", current
    name = text.partition(" ")[0][: width // 3]
    lead = f"{name} ... "
    room = width - len(lead) - 4
    first = max(min(start, len(text) - room), 0)
    shown = lead + text[first : first + room] + (" ..." if first + room < len(text) else "")
    shift = len(lead) - first
    return shown, (start + shift, min(end + shift, len(lead) + room))
