"""What is wrong with what is typed, as far as it can be told without running it.

For Lua the linter's rules tell, those that speak of what would certainly fail. What may only be unfinished is no
mistake.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from ldbpy.assist.commands import arity_text, command_at, subcommands
from ldbpy.assist.lines import Line, read_line
from ldbpy.assist.names import NOTHING
from ldbpy.assist.records import Language, Mistake, Names, Operand
from ldbpy.assist.words import Word, words_of
from ldbpy.commands import Command
from ldbpy.flavors import Flavor
from ldbpy.lint.findings import Finding, Rule
from ldbpy.lint.registry import selected
from ldbpy.lint.runner import lint
from ldbpy.lint.targets import Targets
from ldbpy.script.pieces import Input, read_input

__all__ = ["check"]

_PLAIN = Language()
_RULES: Final = (
    "unknown-command",
    "unknown-subcommand",
    "unknown-option",
    "wrong-arity",
    "not-allowed-in-script",
    "undefined-global",
    "unknown-api-field",
    "command-not-in-target",
    "global-not-in-target",
)
_LONGEST: Final = 20_000
"""Characters that are looked at. To look at more takes longer than between two keys."""


def check(text: str, names: Names = NOTHING, language: Language = _PLAIN) -> tuple[Mistake, ...]:
    """The mistakes in a text, in its order. Takes any text, and runs nothing of it."""
    if len(text) > _LONGEST:
        return ()
    line = read_line(text, len(text), language)
    if line.verb is None and line.is_verb:
        return _unknown_verb(line, language)
    if line.verb is not None and line.text.strip().lower() in line.verb.choices:
        return ()
    if line.operand is Operand.REDIS:
        return _redis(words_of(text, line.start), text, language)
    if line.operand is Operand.LUA and not (line.may_be_verb and language.verb(line.text)):
        return _lua(text[line.start :], line.start, names, language)
    return ()


def _unknown_verb(line: Line, language: Language) -> tuple[Mistake, ...]:
    begun = line.text[len(language.marker) :].lower()
    if any(name.startswith(begun) for verb in language.verbs for name in verb.names):
        return ()
    return (Mistake(line.start, line.start + len(line.text), f"there is no command {line.text}"),)


# -- Redis commands


def _redis(words: list[Word], text: str, language: Language) -> tuple[Mistake, ...]:
    if not words or words[0].end == len(text):
        return ()  # its first word is being typed
    texts = [word.text for word in words]
    found = command_at(texts, language)
    if found is None:
        wrong = words[1] if command_at(texts[:1], language) is not None else words[0]
        return () if wrong.end == len(text) else (_unknown(words, wrong),)
    command, rest = found
    if not rest and subcommands(command, language):
        return ()
    return _count(command, words, len(rest))


def _unknown(words: list[Word], wrong: Word) -> Mistake:
    told = f"{words[0].text.upper()} has no subcommand {wrong.text}"
    return Mistake(
        wrong.start, wrong.end, told if wrong is not words[0] else f"there is no command {wrong.text.upper()}"
    )


def _count(command: Command, words: list[Word], count: int) -> tuple[Mistake, ...]:
    named = len(words) - count
    if command.accepts(count + 1 + command.name.count("|")):
        return ()
    message = f"{command.name.upper().replace('|', ' ')} takes {arity_text(command)}, not {count}"
    too_many = command.arity > 0 and count > command.arity - 1 - command.name.count("|")
    first = words[named + command.arity - 1 - command.name.count("|")] if too_many else words[0]
    return (Mistake(first.start, words[-1].end if too_many else words[named - 1].end, message),)


# -- Lua


def _lua(code: str, start: int, names: Names, language: Language) -> tuple[Mistake, ...]:
    understood = read_input(code.encode("utf-8", "replace"))
    if understood.is_unfinished:
        return ()
    findings = lint("typed", understood.source, _rules(), _targets(language.flavor)).findings
    return tuple(_mistake(each, understood, start) for each in findings if not _is_known(each, understood, names))


@cache
def _rules() -> tuple[Rule, ...]:
    return selected(_RULES, (), ())


@cache
def _targets(flavor: Flavor) -> Targets:
    return Targets([flavor], named=True)


def _is_known(finding: Finding, understood: Input, names: Names) -> bool:
    """Whether a global that no server has is one of this place."""
    if finding.rule != "undefined-global":
        return False
    name = understood.source[finding.start : finding.end].decode("utf-8", "replace")
    return any(each.text == name for each in names.variables(name))


def _mistake(finding: Finding, understood: Input, start: int) -> Mistake:
    first, last, size = (
        start + len(understood.typed(at).decode("utf-8", "replace")) for at in (finding.start, finding.end, None)
    )
    return Mistake(min(first, size - 1), max(last, min(first, size - 1) + 1), finding.message)
