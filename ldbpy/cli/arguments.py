"""KEYS and ARGV on the command line: ``KEY … , ARG …`` as redis-cli takes them, and options for the same."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import NamedTuple

import click

from ldbpy.cli.files import read_file
from ldbpy.errors import ScriptFileError, UsageError

__all__ = ["ProgramOption", "ScriptArguments", "WordCommand", "read_value", "split_arguments"]

_NUMBER = re.compile(r"-(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|-inf|-")
_GUARD = "\0"


class ProgramOption(click.Option):
    """An option whose value, the path of a program, may be left out: it is then empty."""


class WordCommand(click.Command):
    """A command whose words may be negative numbers: ``-5`` is a word, ``-5x`` an unknown option.

    A word behind a ``ProgramOption`` is its value only if it is a program; else it is the script.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hide negative numbers from click, unless they are an option's value."""
        options = [param for param in self.params if isinstance(param, click.Option) and not param.is_flag]
        takes_value = {name for option in options for name in (*option.opts, *option.secondary_opts)}
        may_be_bare = {name for option in options if isinstance(option, ProgramOption) for name in option.opts}
        guarded = []
        is_value = False
        for index, arg in enumerate(args):
            if arg == "--" and not is_value:
                guarded.extend(args[index:])
                break
            is_number = _NUMBER.fullmatch(arg) is not None and arg != "-"
            guarded.append(_GUARD + arg if is_number and not is_value else arg)
            is_value = not is_value and arg in takes_value
            if is_value and arg in may_be_bare and not _is_program(args[index + 1 : index + 2]):
                guarded[-1] += "="
                is_value = False
        try:
            return super().parse_args(ctx, guarded)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # so that it is told which command has help on it
            raise


def _is_program(word: list[str]) -> bool:
    return bool(word) and os.path.isfile(word[0]) and os.access(word[0], os.X_OK) and not word[0].endswith(".lua")


class ScriptArguments(NamedTuple):
    """What a script gets."""

    keys: tuple[bytes, ...]
    args: tuple[bytes, ...]
    warning: str | None = None
    """What looks like a slip in how they were typed."""


def split_arguments(words: Sequence[str], keys: Sequence[str], args: Sequence[str]) -> ScriptArguments:
    """KEYS and ARGV from words and from the options ``--key`` and ``--arg``.

    A lone comma parts keys from arguments, as with redis-cli; without one every word is a key. Options come after
    words.
    """
    plain = [word.removeprefix(_GUARD) for word in words]
    comma = plain.index(",") if "," in plain else len(plain)
    found_keys, found_args = plain[:comma], plain[comma + 1 :]
    return ScriptArguments(
        (*map(os.fsencode, found_keys), *map(read_value, keys)),
        (*map(os.fsencode, found_args), *map(read_value, args)),
        _slip(plain, found_keys) if comma == len(plain) else None,
    )


def _slip(words: list[str], keys: list[str]) -> str | None:
    """A comma glued to a word is part of a key, which is seldom meant."""
    glued = next(
        (index for index, word in enumerate(words) if word != "," and (word.endswith(",") or word.startswith(","))),
        None,
    )
    if glued is None:
        return None
    word = words[glued]
    meant = [*words[:glued], *([word[:-1], ","] if word.endswith(",") else [",", word[1:]]), *words[glued + 1 :]]
    shown = " ".join(f'"{key}"' for key in keys)
    return f"the comma must stand alone: KEYS are {shown} and ARGV is empty. Did you mean: {' '.join(meant)}"


def read_value(text: str) -> bytes:
    """The value of ``--key`` or ``--arg``: ``@file`` is the file's bytes, ``@@x`` the text ``@x``.

    Raises:
        UsageError: the file cannot be read.
    """
    if text.startswith("@@"):
        return os.fsencode(text[1:])
    if not text.startswith("@"):
        return os.fsencode(text)
    try:
        return read_file(text[1:])
    except ScriptFileError as error:
        raise UsageError(str(error), hint="a value that begins with @ is written @@") from None
