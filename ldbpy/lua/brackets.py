"""Long brackets as the servers read them since they closed CVE-2025-46819: ``[[ a [[ b ]]`` ends at the first ``]]``.

Lua 5.1 refuses the inner ``[[`` ("nesting of [[...]] is deprecated"), and so does the Lua that runs scripts here.
"""

from __future__ import annotations

from ldbpy.script.lexer import BROKEN, tokenize

__all__ = ["without_nesting"]


def without_nesting(source: bytes) -> bytes:
    """The source with other brackets around strings and comments that have ``[[`` in them, lines as they were."""
    tokens = tokenize(source.decode("latin-1"))
    parts: list[str] = []
    done = 0
    for kind, text, start, end in zip(tokens.kinds, tokens.texts, tokens.starts, tokens.ends, strict=True):
        opening = len(text) - len(text.removeprefix("--"))
        if kind == BROKEN and text.startswith("[[", opening):
            parts += (tokens.text[done:start], _rewritten(text[:opening], text[opening + 2 :]))
            done = end
    return "".join((*parts, tokens.text[done:])).encode("latin-1")


def _rewritten(dashes: str, rest: str) -> str:
    level = "="
    while f"]{level}]" in rest:
        level += "="
    inner, closing = (rest[:-2], f"]{level}]") if rest.endswith("]]") else (rest, "")
    return f"{dashes}[{level}[{inner}{closing}"
