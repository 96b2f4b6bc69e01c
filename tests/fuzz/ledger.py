"""Reads ``ledger.toml``: the differences that are known, each with its reason."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Known", "read_ledger", "what_differs"]

_PATH = Path(__file__).parent / "ledger.toml"


@dataclass(frozen=True)
class Known:
    """One kind of difference that is known."""

    kind: str
    """The command, or the group of expressions."""
    differs: str
    """What differs, in the words of ``what_differs``."""
    text: re.Pattern[str]
    """Found in the text that shows both sides, if the kind is not all of what differs so."""
    flavors: frozenset[str]
    example: tuple[str, ...]
    """Calls, or an expression, that show it: an entry that no longer shows is found out whatever chance brings."""
    reason: str

    def covers(self, flavor: str, kind: str, differs: str, text: str) -> bool:
        """Whether a difference is of this kind."""
        same = flavor in self.flavors and kind == self.kind and differs == self.differs
        return same and self.text.search(text) is not None


def read_ledger(section: str) -> tuple[Known, ...]:
    """The kinds of one section: ``store`` or ``scripts``."""
    entries = tomllib.loads(_PATH.read_text("utf-8")).get(section, [])
    return tuple(
        Known(
            entry["kind"],
            entry["differs"],
            re.compile(entry.get("text", "")),
            frozenset(entry["flavors"]),
            tuple(entry["example"]),
            entry["reason"],
        )
        for entry in entries
    )


def what_differs(theirs: bool, ours: bool, otherwise: str = "value") -> str:
    """What differs between two answers: by which of them is a refusal; ``otherwise`` if none is."""
    match theirs, ours:
        case True, True:
            return "text of the error"
        case True, False:
            return "only the server refuses it"
        case False, True:
            return "only the embedded server refuses it"
        case _:
            return otherwise
