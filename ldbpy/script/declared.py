"""How many keys and arguments a script is called with, as far as that is written down somewhere."""

from __future__ import annotations

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

_COMMENT: Final = re.compile(rb"^[ \t]*--+[ \t]*ldbpy:((?:[ \t]+(?:keys|args)=\d{1,9})+)[ \t]*\r?$", re.MULTILINE)
_NUMBER: Final = re.compile(rb"(keys|args)=(\d+)")
_NAME: Final = re.compile(r".+-(\d{1,3})\.lua")
"""``addJob-6.lua``: how BullMQ, and Bull before it, tell their loaders the number of keys."""


def declared(path: str, body: bytes) -> Declared:
    """What a comment ``-- ldbpy: keys=3 args=5`` says, or else the name of the file, ``push-3.lua``."""
    if b"ldbpy:" in body:
        comment = _COMMENT.search(body)
        if comment is not None:
            said = {name: int(number) for name, number in _NUMBER.findall(comment[1])}
            return Declared(said.get(b"keys"), said.get(b"args"), "the comment 'ldbpy:'")
    name = _NAME.fullmatch(os.path.basename(path))
    return UNDECLARED if name is None else Declared(keys=int(name[1]), where="the name of the file")
