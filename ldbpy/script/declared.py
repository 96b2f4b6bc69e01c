"""How many keys and arguments a script is called with, as far as that is written down somewhere."""

import os
import re
from typing import Final, NamedTuple

__all__ = ["UNDECLARED", "Declared", "declared"]


class Declared(NamedTuple):
    """The number of KEYS and of ARGV. None: nobody says."""

    keys: int | None = None
    args: int | None = None
    where: str = ""
    """Who says so, to end a sentence with: "the name of the file"."""


UNDECLARED: Final = Declared()

_COMMENT: Final = rb"(?m)^[ \t]*--+[ \t]*ldbpy:((?:[ \t]+(?:keys|args)=\d{1,9})+)[ \t]*\r?$"


def declared(path: str, body: bytes) -> Declared:
    """What a comment ``-- ldbpy: keys=3 args=5`` says, or else the name of the file, ``push-3.lua``."""
    if b"ldbpy:" in body:
        comment = re.search(_COMMENT, body)
        if comment is not None:
            said = {name: int(number) for name, number in re.findall(rb"(keys|args)=(\d+)", comment[1])}
            return Declared(said.get(b"keys"), said.get(b"args"), "the comment 'ldbpy:'")
    keys = _named(os.path.basename(path))
    return UNDECLARED if keys is None else Declared(keys=keys, where="the name of the file")


def _named(name: str) -> int | None:
    """``addJob-6.lua``: how BullMQ, and Bull before it, tell their loaders the number of keys."""
    before, _, number = name.removesuffix(".lua").rpartition("-")
    is_number = number.isascii() and number.isdigit() and len(number) <= 3
    return int(number) if name.endswith(".lua") and before and is_number else None
