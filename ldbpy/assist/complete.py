"""What the word at the cursor may become."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from ldbpy.assist.commands import command_candidates
from ldbpy.assist.lines import Line, read_line
from ldbpy.assist.lua import Call, Spot, What, declared, find_spot, is_command_call
from ldbpy.assist.names import NOTHING
from ldbpy.assist.records import MOST, Candidate, Kind, Language, Name, Names, Operand
from ldbpy.assist.signatures import signature_of
from ldbpy.assist.words import words_of
from ldbpy.flavors import FLAVORS
from ldbpy.lint.analysis.environment import fields_of, globals_of
from ldbpy.script.lexer import KEYWORDS

__all__ = ["complete"]

_PLAIN = Language()


def complete(text: str, cursor: int, names: Names = NOTHING, language: Language = _PLAIN) -> list[Candidate]:
    """What may stand instead of the word before the cursor, the likeliest first, ``MOST`` at most.

    Takes any text. A word that is complete already is not told. Runs nothing, reads no keys, writes nothing.
    """
    cursor = max(0, min(cursor, len(text)))
    line = read_line(text, cursor, language)
    found = _verbs(line, language) if line.verb is None and line.is_verb else _operand(line, text, names, language)
    told: dict[tuple[str, int], Candidate] = {}
    for candidate in found:
        if candidate.text != text[candidate.start : cursor]:
            told.setdefault((candidate.text, candidate.start), candidate)
            if len(told) == MOST:
                break
    return list(told.values())


def _operand(line: Line, text: str, names: Names, language: Language) -> Iterator[Candidate]:
    operand = line.operand
    if operand in (Operand.LUA, Operand.REDIS) and line.verb is not None:
        yield from (
            Candidate(each, line.start, Kind.CHOICE) for each in line.verb.choices if each.startswith(line.text)
        )
    if operand is Operand.LUA:
        if line.may_be_verb:
            yield from _verbs(line, language)
        yield from _lua(text, line.start, line.cursor, names, language)
    elif operand is Operand.REDIS:
        yield from _redis(text, line.start, line.cursor, names, language)
    elif operand is Operand.PLACE:
        yield from _place(line, text, names, language)
    else:
        yield from _words(line, text, names, language)


def _verbs(line: Line, language: Language) -> Iterator[Candidate]:
    word = line.text[len(language.marker) :].lower()
    for verb in sorted(language.verbs, key=lambda each: each.names):
        name = next((name for name in verb.names if len(name) > 1 and name.startswith(word)), None)
        if name is not None:
            yield Candidate(language.marker + name, line.start, Kind.VERB, verb.summary)


def _words(line: Line, text: str, names: Names, language: Language) -> Iterator[Candidate]:
    """Words behind a verb that takes files, keys, or one of some words."""
    before, word, start, quote = _split(text, line.start, line.cursor)
    operand = line.operand
    if operand is Operand.FILE and not before:
        yield from (Candidate(_quoted(file, quote), start, Kind.FILE) for file in names.files(word))
    elif operand in (Operand.FILE, Operand.KEYS):
        yield from (Candidate(_quoted(key, quote), start, Kind.KEY) for key in names.keys(word))
    elif not before:
        yield from (Candidate(each, start, Kind.CHOICE) for each in _choices(line, language) if each.startswith(word))


def _choices(line: Line, language: Language) -> Iterable[str]:
    if line.operand is Operand.FLAVOR:
        return FLAVORS
    if line.operand is Operand.VERB:
        return sorted(verb.names[0] for verb in language.verbs)
    return line.verb.choices if line.verb is not None else ()


def _place(line: Line, text: str, names: Names, language: Language) -> Iterator[Candidate]:
    """``on COMMAND [KEYS]``, ``key PATTERN``, a function, and an expression behind ``if``."""
    before, word, start, quote = _split(text, line.start, line.cursor)
    if "if" in before:
        condition = next(each.end for each in words_of(text[: line.cursor], line.start) if each.text == "if")
        yield from _lua(text, condition, line.cursor, names, language)
    elif not before:
        yield from (Candidate(each, start, Kind.CHOICE) for each in ("key", "on") if each.startswith(word))
        yield from (_candidate(each, start) for each in names.variables(word))
    elif before[0] == "key":
        yield from (Candidate(_quoted(key, quote), start, Kind.KEY) for key in names.keys(word))
    elif before[0] == "on":
        rest = before[1:]
        if not rest and "after".startswith(word):
            yield Candidate("after", start, Kind.CHOICE)
        if not rest or rest == ["after"]:
            yield from command_candidates((), word, start, names, language, in_script=True)
        else:
            yield from (Candidate(_quoted(key, quote), start, Kind.KEY) for key in names.keys(word))


# -- Redis commands


def _split(text: str, start: int, cursor: int) -> tuple[list[str], str, int, str]:
    """The words before the one at the cursor, that word, where it begins, and the quote that is open."""
    words = words_of(text[:cursor], start)
    if words and words[-1].end == cursor and not text[cursor - 1].isspace():
        last = words.pop()
        return [word.text for word in words], last.text, last.start, last.quote
    return [word.text for word in words], "", cursor, ""


def _redis(text: str, start: int, cursor: int, names: Names, language: Language) -> Iterator[Candidate]:
    before, word, begin, quote = _split(text, start, cursor)
    for each in command_candidates(before, word, begin, names, language, in_script=False):
        yield Candidate(_quoted(each.text, quote), begin, each.kind, each.note) if each.kind is Kind.KEY else each


def _quoted(text: str, quote: str) -> str:
    """A word as redis-cli reads it."""
    if not quote and text and not any(each.isspace() or each in "\"'\\" for each in text):
        return text
    mark = quote or '"'
    body = text.replace("\\", "\\\\").replace(mark, f"\\{mark}") if mark == '"' else text.replace("'", "\\'")
    return f"{mark}{body}{mark}"


# -- Lua


def _lua(text: str, start: int, cursor: int, names: Names, language: Language) -> Iterator[Candidate]:
    code, at = text[start:], cursor - start
    spot = find_spot(code, at)
    if spot.what is What.STRING:
        yield from _in_string(code, cursor, spot, names, language)
    elif spot.what is What.MEMBER:
        yield from _members(spot, cursor - len(spot.word), names, language)
    elif spot.what is What.NAME:
        yield from _variables(code, at, spot.word, cursor - len(spot.word), names, language)


def _in_string(code: str, cursor: int, spot: Spot, names: Names, language: Language) -> Iterator[Candidate]:
    """The words of a command, in strings given to redis.call."""
    call: Call | None = spot.calls[-1] if spot.calls else None
    if call is None or not is_command_call(call, code) or "\\" in spot.word:
        return
    for each in command_candidates(call.args, spot.word, cursor - len(spot.word), names, language, in_script=True):
        if not any(mark in each.text for mark in "\"'\\\n"):
            yield each


def _members(spot: Spot, start: int, names: Names, language: Language) -> Iterator[Candidate]:
    found = list(names.members(spot.path, spot.word))
    yield from (_candidate(each, start) for each in found)
    if len(spot.path) == 1 and not any(True for each in names.variables(spot.path[0]) if each.text == spot.path[0]):
        table = "redis" if spot.path[0] == "server" and language.flavor.product == "valkey" else spot.path[0]
        for field in sorted(fields_of(table, language.flavor, library=False) or ()):
            if field.startswith(spot.word):
                yield Candidate(field, start, Kind.FIELD, _note((*spot.path, field)))


def _variables(code: str, cursor: int, word: str, start: int, names: Names, language: Language) -> Iterator[Candidate]:
    for local in declared(code, cursor):
        if local.startswith(word):
            yield Candidate(local, start, Kind.LOCAL)
    yield from (_candidate(each, start) for each in islice(names.variables(word), MOST))
    for name in sorted(globals_of(language.flavor, library=False)):
        if name.startswith(word) and (word.startswith("_") or not name.startswith("_")):
            yield Candidate(name, start, Kind.GLOBAL, _note((name,)))
    for keyword in sorted(KEYWORDS):
        if word and keyword.startswith(word):
            yield Candidate(keyword, start, Kind.KEYWORD)


def _note(path: tuple[str, ...]) -> str:
    found = signature_of(path)
    return "" if found is None else found.text


def _candidate(name: Name, start: int) -> Candidate:
    return Candidate(name.text, start, name.kind, name.note)
