r"""Reads ``cases/*.txt``.

::

    === a name, unique in all files
    keys: a b                  KEYS, quoted as for redis-cli (optional)
    args: 1 "two words"        ARGV (optional)
    setup: SET a 1             a command that runs first (optional, repeatable)
    only: redis-7.0 valkey-9   flavors it makes sense on (optional; default: all)
    unordered: yes             arrays are compared without regard to order (optional)
    > EVALSHA @sha1 0          a command to send (optional, repeatable)
    ---
    the script, up to the next case

Without ``>`` lines the script is sent with EVAL. In them ``@script`` is the script and ``@sha1`` its SHA1. A script's
last newline is not part of it; ``\\0``-like escapes are not expanded, Lua has its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ldbpy.resp.quoting import split_words

__all__ = ["Case", "read_cases"]

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One case."""

    name: str
    script: bytes
    setup: tuple[tuple[bytes, ...], ...]
    commands: tuple[tuple[bytes, ...], ...]
    only: frozenset[str]
    unordered: bool

    def runs_on(self, flavor: str) -> bool:
        """Whether it makes sense on that flavor."""
        return not self.only or flavor in self.only


def read_cases() -> list[Case]:
    """Every case of every file."""
    cases: list[Case] = []
    for path in sorted(FOLDER.glob("*.txt")):
        for text in path.read_bytes().split(b"\n=== ")[0:]:
            text = text.removeprefix(b"=== ")
            if text.strip():
                cases.append(_case(text, path))
    names = [case.name for case in cases]
    assert len(names) == len(set(names)), f"names used twice: {sorted({n for n in names if names.count(n) > 1})}"
    return cases


def _case(text: bytes, path: Path) -> Case:
    head, mark, script = text.partition(b"\n---\n")
    assert mark, f"{path.name}: no --- line in {text[:60]!r}"
    script = script.removesuffix(b"\n")
    name, *lines = head.decode().split("\n")
    fields: dict[str, list[str]] = {}
    for line in lines:
        if not line.strip():
            continue
        key, _, value = (">", "", line[1:]) if line.startswith(">") else line.partition(":")
        fields.setdefault(key.strip(), []).append(value.strip())
    known = {"keys", "args", "setup", "only", "unordered", ">"}
    assert not set(fields) - known, f"{path.name}: {name}: unknown {set(fields) - known}"
    keys, args = (_words(" ".join(fields.get(field, []))) for field in ("keys", "args"))
    default = (b"EVAL", script, b"%d" % len(keys), *keys, *args)
    commands = tuple(_command(line, script) for line in fields.get(">", [])) or (default,)
    setup = tuple(_words(line) for line in fields.get("setup", []))
    only = frozenset(" ".join(fields.get("only", [])).split())
    return Case(name.strip(), script, setup, commands, only, "unordered" in fields)


def _words(line: str) -> tuple[bytes, ...]:
    words = split_words(line.encode())
    assert words is not None, f"a quote is not closed in {line!r}"
    return tuple(words)


def _command(line: str, script: bytes) -> tuple[bytes, ...]:
    sha1 = hashlib.sha1(script, usedforsecurity=False).hexdigest().encode()
    values = {b"@script": script, b"@sha1": sha1}
    return tuple(values.get(word, word) for word in _words(line))
