"""Lua 5.1 source to a syntax tree, as ``lparser.c`` reads it.

The first problem is the one Lua 5.1 names when a server compiles the script, word for word. The limits that
``lparser.c`` checks are checked here: 200 syntax levels, 200 locals, 60 upvalues, the targets of one assignment. Those
that fall out of code generation are not (``function or expression too complex``, that is 250 registers, ``constant
table overflow``, ``control structure too long``, ``code size overflow``, ``too many local variables``): the caller
asks a Lua for these.

After a problem the parser goes on, so that later statements and calls are in the tree: a missing token is taken as
there, and at the end of a statement that went wrong it skips to where the next one plausibly starts.
"""

from __future__ import annotations

import gc

from ldbpy.script.ast import Chunk, SyntaxProblem
from ldbpy.script.lexer import tokenize
from ldbpy.script.lines import LineIndex
from ldbpy.script.statements import Statements

__all__ = ["Chunk", "SyntaxProblem", "parse"]


def parse(source: bytes) -> Chunk:
    """Parse a script. Takes any bytes and never raises: what is wrong is in the chunk's ``problems``."""
    collecting = gc.isenabled()
    gc.disable()  # a tree has no cycles to find, and looking for them while it grows takes a fifth of the time
    try:
        return _parse(source)
    except RecursionError:
        # 200 levels are up to 800 Python frames. A thread lends its empty stack to a caller that is deep already.
        from threading import Thread

        chunks: list[Chunk] = []
        thread = Thread(target=lambda: chunks.append(_parse(source)))
        thread.start()
        thread.join()
        return chunks[0]
    finally:
        if collecting:
            gc.enable()


def _parse(source: bytes) -> Chunk:
    start = 0
    if source.startswith(b"#!"):
        newline = source.find(b"\n")
        start = len(source) if newline < 0 else newline
    parser = Statements(tokenize(source.decode("latin-1"), start), LineIndex(source, start))
    body = parser.chunk()
    incomplete = parser.early and len(parser.problems) == 1
    shebang = (0, start) if start else None
    return Chunk(body, parser.tokens.comments, tuple(parser.problems), parser.lines, incomplete, shebang)
