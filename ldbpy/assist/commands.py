"""Help with Redis commands: their names, subcommands, options and keys, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ldbpy.assist.grammar import Grammar, Leaf, Signature, grammar_of
from ldbpy.assist.records import Candidate, Hint, Kind, Language, Names
from ldbpy.commands import Command, CommandTable, load_table
from ldbpy.commands.keys import find_keys
from ldbpy.render.text import counted

__all__ = ["arity_text", "command_at", "command_candidates", "command_hint", "subcommands"]


def command_candidates(
    words: Sequence[str | None], word: str, start: int, names: Names, language: Language, *, in_script: bool
) -> Iterator[Candidate]:
    """What ``word``, which begins at ``start``, may become behind the ``words`` of a command.

    ``in_script``: without the commands that scripts may not run.
    """
    if not words:
        yield from _names(word, start, language, in_script=in_script)
        return
    found = command_at(words, language)
    if found is None:
        return
    command, rest = found
    if not rest and (subs := subcommands(command, language)):
        yield from _named(((sub.decode(), subs[sub]) for sub in sorted(subs)), word, start)
        return
    if _is_key(command, words, word):
        yield from (Candidate(key, start, Kind.KEY) for key in names.keys(word))
        return
    grammar = grammar_of(command)
    for leaf in grammar.expected(rest) if grammar is not None else ():
        if leaf.token and leaf.token.startswith(word.upper()):
            yield Candidate(_cased(leaf.token, word), start, Kind.OPTION, _value_of(grammar, rest, leaf))


def _value_of(grammar: Grammar | None, rest: Sequence[str | None], option: Leaf) -> str:
    """What comes behind an option, if it is a value."""
    following = grammar.expected([*rest, option.token]) if grammar is not None else []
    return f"{option.token} {following[0].name}" if following and not following[0].token else ""


def _names(word: str, start: int, language: Language, *, in_script: bool) -> Iterator[Candidate]:
    commands = _table(language).commands
    prefix = word.lower().encode("utf-8", "replace")
    able = sorted(name for name in commands if name.startswith(prefix))
    wanted = ((name.decode(), commands[name]) for name in able)
    yield from _named(((n, c) for n, c in wanted if not (in_script and "noscript" in c.flags)), word, start)


def _named(commands: Iterator[tuple[str, Command]], word: str, start: int) -> Iterator[Candidate]:
    for name, command in commands:
        if name.startswith(word.lower()):
            yield Candidate(_cased(name.upper(), word), start, Kind.COMMAND, _brief(command))


def _cased(text: str, word: str) -> str:
    """The word as the person would have typed it."""
    return text.lower() if word and word == word.lower() and word != word.upper() else text


def _brief(command: Command) -> str:
    grammar = grammar_of(command)
    text = arity_text(command) if grammar is None else grammar.signature("").text.strip()
    return text if len(text) <= 60 else f"{text[:57]}..."


def _table(language: Language) -> CommandTable:
    return load_table(language.flavor.table, language.flavor.table_until)


def command_at(words: Sequence[str | None], language: Language) -> tuple[Command, list[str | None]] | None:
    """The command or subcommand that ``words`` begin with, and what follows its name; None if there is none."""
    if not words or words[0] is None:
        return None
    command = _table(language).container_or_command(words[0].encode("utf-8", "replace"))
    if command is None:
        return None
    subs = subcommands(command, language)
    if subs and len(words) > 1 and words[1] is not None:
        sub = subs.get(words[1].lower().encode("utf-8", "replace"))
        return None if sub is None else (sub, list(words[2:]))
    return command, list(words[1:])


def subcommands(command: Command, language: Language) -> dict[bytes, Command]:
    """The subcommands of a container. Redis 6.2 does not tell its own: they are those of 7.0 that are old enough."""
    if command.subcommands or language.flavor.version >= (7, 0) or language.flavor.product != "redis":
        return command.subcommands
    later = load_table("redis-7.0.15", language.flavor.version).container_or_command(command.name.encode())
    return {} if later is None else later.subcommands


def _is_key(command: Command, words: Sequence[str | None], word: str) -> bool:
    args = [(each or "").encode("utf-8", "replace") for each in words]
    return any(use.place == len(args) for use in find_keys(command, [*args, word.encode("utf-8", "replace")]))


# -- hints


def command_hint(words: Sequence[str | None], language: Language, typed: str = "") -> Hint | None:
    """How the command that ``words`` begin with is written, and what comes next; None if there is none.

    ``typed`` is what of the next word is there already.
    """
    found = command_at(words, language)
    if found is None:
        return None
    command, rest = found
    name = command.name.upper().replace("|", " ")
    grammar = grammar_of(command)
    if grammar is None:
        subs = ", ".join(sub.decode().upper() for sub in subcommands(command, language))
        return Hint(f"{name} {subs or '...'}", None, _note(command))
    shown = grammar.signature(name)
    return Hint(shown.text, _current(grammar.expected(rest), shown, typed), _note(command))


def _current(leaves: Sequence[Leaf], shown: Signature, typed: str) -> tuple[int, int] | None:
    """The part that is next: the option that was begun, or the first value or option that may come."""
    begun = [leaf for leaf in leaves if typed and leaf.token.startswith(typed.upper())]
    leaves = begun or [leaf for leaf in leaves if not leaf.token] or leaves if typed else leaves
    spans = [shown.spans[leaf] for leaf in shown.spans if leaf in leaves]
    return min(spans) if spans else None


def _note(command: Command) -> str:
    return f"{arity_text(command)}, since {command.since}" if command.since else arity_text(command)


def arity_text(command: Command) -> str:
    """How many arguments it takes besides its name, in words."""
    count = abs(command.arity) - 1 - command.name.count("|")
    if command.arity > 0 and count == 0:
        return "no arguments"
    told = counted(count, "argument")
    return told if command.arity > 0 else f"{told} or more"
