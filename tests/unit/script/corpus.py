"""The scripts in ``scripts/``, and what one wrong token makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from ldbpy.script.lexer import tokenize

__all__ = ["SCRIPTS", "mutants", "one_line"]

SCRIPTS = {path.stem: path.read_bytes() for path in sorted((Path(__file__).parent / "scripts").glob("*.lua"))}


def mutants(
    seed: int, count: int, scripts: Sequence[bytes] = tuple(SCRIPTS.values())
) -> Iterator[tuple[str, bytes, bytes]]:
    """Delete or duplicate a random token, or cut the script there: (what was done, the script, the mutant)."""
    random = Random(seed)
    for _ in range(count):
        script = random.choice(scripts)
        tokens = tokenize(script.decode("latin-1"), script.index(b"\n") if script.startswith(b"#!") else 0)
        index = random.randrange(len(tokens.kinds) - 1)
        start, end = tokens.starts[index], tokens.ends[index]
        how = random.choice(("delete", "duplicate", "truncate"))
        if how == "delete":
            yield how, script, script[:start] + script[end:]
        elif how == "duplicate":
            yield how, script, script[:end] + b" " + script[start:end] + script[end:]
        else:
            yield how, script, script[:start]


def one_line(source: bytes) -> bytes:
    """Put a source on one line, without its comments."""
    tokens = tokenize(source.decode("latin-1"), source.index(b"\n") if source.startswith(b"#!") else 0)
    return " ".join(tokens.texts[:-1]).encode("latin-1")
