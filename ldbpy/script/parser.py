"""Lua 5.1 source to a syntax tree, as ``lparser.c`` reads it.

The first problem is the one Lua 5.1 names when a server compiles the script, word for word. The limits that ``lparser.c``
checks are checked here: 200 syntax levels, 200 locals, 60 upvalues, targets of one assignment. Those that fall out of
code generation are not (``function or expression too complex``, ``constant table overflow``, ``control structure too
long``, ``code size overflow``, and 32,767 locals over the life of one function): ask a Lua for these.

After a problem the parser goes on, so that later statements and calls are in the tree: a missing token is taken as
there, and at the end of a statement that went wrong it skips to where the next one plausibly starts.
"""

from __future__ import annotations

from ldbpy.script.ast import (
    Assignment,
    Binary,
    Block,
    Boolean,
    Break,
    Call,
    CallStatement,
    Chunk,
    Do,
    Expression,
    FieldName,
    Function,
    FunctionStatement,
    GenericFor,
    If,
    IfClause,
    Index,
    Invalid,
    InvalidStatement,
    KeyedItem,
    ListItem,
    Local,
    LocalFunction,
    Member,
    MethodCall,
    Name,
    NamedItem,
    Nil,
    Number,
    NumericFor,
    Paren,
    Repeat,
    Return,
    Statement,
    String,
    SyntaxProblem,
    Table,
    TableItem,
    Unary,
    Vararg,
    While,
)
from ldbpy.script.hints import hint_for
from ldbpy.script.lexer import BROKEN, EOF, NAME, NUMBER, STRING, Tokens, decode_string, explain, near, parse_number, tokenize
from ldbpy.script.lines import LineIndex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Chunk", "SyntaxProblem", "parse"]

MAX_LEVELS = 200  # LUAI_MAXCCALLS; a server compiles from C, at level 0
MAX_LOCALS = 200  # LUAI_MAXVARS
MAX_UPVALUES = 60  # LUAI_MAXUPVALUES

# lparser.c, priority[]: how strongly an operator binds to its left and to its right.
_LEFT = {"or": 1, "and": 2, "<": 3, ">": 3, "<=": 3, ">=": 3, "~=": 3, "==": 3}
_LEFT |= {"..": 5, "+": 6, "-": 6, "*": 7, "/": 7, "%": 7, "^": 10}
_RIGHT = _LEFT | {"..": 4, "^": 9}
_UNARY = 8

_BLOCK_END = frozenset({"end", "else", "elseif", "until", EOF})
_LAST = frozenset({"return", "break"})
_OPENERS = frozenset({"local", "if", "for", "while", "repeat", "return", "break"})
_OPERANDS = frozenset({NAME, NUMBER, STRING, "(", "{", "nil", "true", "false", "...", "not", "#", "function"})


def parse(source: bytes) -> Chunk:
    """Parse a script. Takes any bytes and never raises: what is wrong is in the chunk's ``problems``."""
    try:
        return _parse(source)
    except RecursionError:
        # 200 levels take 600 Python frames; a caller that is deep already lends the empty stack of a thread.
        from threading import Thread

        chunks: list[Chunk] = []
        thread = Thread(target=lambda: chunks.append(_parse(source)))
        thread.start()
        thread.join()
        return chunks[0]


def _parse(source: bytes) -> Chunk:
    start = 0
    if source.startswith(b"#!"):
        newline = source.find(b"\n")
        start = len(source) if newline < 0 else newline
    parser = _Parser(tokenize(source.decode("latin-1"), start), LineIndex(source, start))
    body = parser.chunk()
    return Chunk(
        body,
        parser.tokens.comments,
        tuple(parser.problems),
        parser.lines,
        parser.incomplete,
        (0, start) if start else None,
    )


class _Scope:
    """What is known of a function while it is read. ``opener`` is the token whose line names the function."""

    __slots__ = ("active", "captured", "loops", "opener", "vararg")

    def __init__(self, opener: int | None, vararg: bool) -> None:
        self.opener = opener
        self.vararg = vararg
        self.loops = 0
        self.active: list[str] = []
        self.captured: set[str] = set()


class _Parser:
    """One pass over the tokens.

    Names and order of checks follow ``lparser.c``, since the order decides which problem is the first. ``silent`` is
    set from a problem until reading is back on track, ``failed`` while the statement at hand has gone wrong, and
    ``unbalanced`` once blocks can no longer be told to match, so that a missing or stray ``end`` is no news.
    """

    __slots__ = (
        "depth", "ends", "failed", "first", "incomplete", "joined", "kinds", "level", "lines", "numbers", "owners", "pos",
        "problems", "reported", "scope", "scopes", "silent", "starts", "strings", "texts", "tokens", "unbalanced", "waiting",
    )  # fmt: skip

    def __init__(self, tokens: Tokens, lines: LineIndex) -> None:
        self.tokens = tokens
        self.lines = lines
        self.kinds, self.texts = tokens.kinds, tokens.texts
        self.starts, self.ends = tokens.starts, tokens.ends
        self.pos = 0
        self.level = 0
        self.scope = _Scope(None, True)
        self.scopes = [self.scope]
        self.depth = 0
        self.owners: dict[str, list[int]] = {}  # name -> depths of the functions where it is a local, innermost last
        self.strings: dict[str, bytes] = {}
        self.numbers: dict[str, float] = {}
        self.problems: list[SyntaxProblem] = []
        self.incomplete = False
        self.silent = False
        self.failed = False
        self.unbalanced = False
        self.reported = -1  # the token of the last problem
        self.first = 0  # the token where the statement at hand starts
        self.joined = -1  # the parenthesis that may start a line and still call
        self.waiting: list[str] = []  # the open blocks

    # Problems

    def _problem(self, message: str, *, near_token: bool = True) -> None:
        """Report a problem at the current token, unless that is still the echo of the last one."""
        index = self.pos
        self.failed = True
        if self.silent or index == self.reported:
            return
        start, end = self.starts[index], self.ends[index]
        at = end
        early = near_token and self.kinds[index] == EOF and message != _NO_LOOP
        if self.kinds[index] == BROKEN:
            error = explain(self.tokens, index)
            message, at, early = error.message, error.at, error.unfinished
            self.kinds[index] = error.kind
        elif near_token:
            message = f"{message} near '{near(self.tokens, index)}'"
        if not self.problems:
            self.incomplete = early
        hint = hint_for(self.tokens, index, message)
        self.problems.append(SyntaxProblem(message, self.lines.line(at), start, end, hint))
        self.reported = index
        self.silent = True

    def _limit(self, scope: _Scope, limit: int, what: str) -> None:
        """Report, once for each function, that it is past a limit. The syntax is fine, so nothing is skipped."""
        if scope.full:
            return
        scope.full = True
        failed = self.failed
        who = "main function" if scope.opener is None else f"function at line {self._line(scope.opener)}"
        self._problem(f"{who} has more than {limit} {what}", near_token=False)
        self.failed = failed

    def _too_deep(self) -> None:
        """Report too many levels and give up: what is left could only go deeper or be misread."""
        self._problem("chunk has too many syntax levels", near_token=False)
        self.pos = self.reported = len(self.kinds) - 1

    def _line(self, index: int) -> int:
        return self.lines.line(self.ends[index])

    def _starts_statement(self, index: int) -> bool:
        """Tell whether the layout says so: the token opens a line that is not indented deeper than the statement."""
        if not self.tokens.opens_line(index):
            return False
        position = self.lines.position
        return position(self.starts[index])[1] <= position(self.starts[self.first])[1]

    def _skip(self, stop: str) -> list[Expression]:
        """Skip to ``stop`` or to where a statement plausibly starts or a block ends. Returns the expressions passed."""
        kinds = self.kinds
        parts = []
        while True:
            kind = kinds[self.pos]
            if kind == stop or kind in _ANCHORS or (kind == "function" and kinds[self.pos + 1] == NAME):
                return parts
            if kind in _OPERANDS:
                if (kind == NAME or kind == "(") and self._starts_statement(self.pos):
                    return parts
                parts.append(self._subexpression(0))
            else:
                self.pos += 1

    def _resynchronise(self, statements: list[Statement], first: int) -> None:
        """After a statement that went wrong, skip to the next."""
        self.first = first
        if self.pos == first:
            self.pos += 1
        start = self.pos
        parts = self._skip(";")
        if self.kinds[self.pos] == "then":
            # Most likely an `if` that lost its keyword: take the block with it, or its `end` would close another.
            self.failed = False
            test = Invalid(self.starts[first], self.ends[self.pos - 1], parts)
            self.pos += 1
            statements.append(self._if_from(first, test))
        elif self.pos > start:
            statements.append(InvalidStatement(self.starts[start], self.ends[self.pos - 1], parts))
        self.failed = False
        self.silent = self.kinds[self.pos] not in _OPENERS

    # Single tokens

    def _expect(self, kind: str) -> None:
        """Read a token of this kind. If it is not there, take it as there, or after one token too many."""
        pos = self.pos
        kinds = self.kinds
        if kinds[pos] == kind:
            self.pos = pos + 1
            return
        self._problem(f"'{kind}' expected")
        if kinds[pos] not in _ANCHORS and kinds[pos + 1] == kind and not self.tokens.opens_line(pos):
            self.pos = pos + 2

    def _close(self, what: str, who: str, opener: int) -> bool:
        """Read the token that closes what ``opener`` opened, or report that it is not there."""
        if self.kinds[self.pos] == what:
            self.pos += 1
            return True
        line = self._line(opener)
        where = "" if line == self._line(self.pos) else f" (to close '{who}' at line {line})"
        self._problem(f"'{what}' expected{where}")
        return False

    def _close_list(self, what: str, who: str, opener: int) -> list[Expression]:
        """Close a list in brackets. Returns the expressions found where the closing bracket should be."""
        if self._close(what, who, opener):
            return []
        parts = self._skip(what)
        if self.kinds[self.pos] == what:
            self.pos += 1
        return parts

    def _close_block(self, block: Block, what: str, who: str, opener: int) -> None:
        """Read the ``end`` or ``until`` of a block; what stands before it after a ``return`` still goes in."""
        waiting = self.waiting
        waiting.pop()
        kinds = self.kinds
        while kinds[self.pos] != what:
            kind = kinds[self.pos]
            silent = self.silent
            self.silent = silent or self.unbalanced
            self._close(what, who, opener)
            self.silent = self.silent or silent
            self.unbalanced = True
            if kind in _BLOCK_END:
                if kind == EOF or self._is_awaited(kind):
                    return
                self.pos += 1
            elif self.lines.position(self.starts[self.pos])[1] <= self.lines.position(self.starts[opener])[1]:
                return
            block.statements += self._block(0).statements
            block.end = self.starts[self.pos]
        self.pos += 1
