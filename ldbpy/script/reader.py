"""What every part of the parser stands on: the tokens, the problems found, the locals in scope.

Names and order of checks follow ``lparser.c``, since the order decides which problem is the first.
"""

from __future__ import annotations

from ldbpy.script import ast
from ldbpy.script.ast import SyntaxProblem
from ldbpy.script.lexer import BROKEN, EOF, NAME, Tokens, explain, near
from ldbpy.script.lines import LineIndex

__all__ = ["ANCHORS", "BLOCK_END", "MAX_LEVELS", "NO_LOOP", "OPENERS", "Reader", "Scope"]

MAX_LEVELS = 200  # LUAI_MAXCCALLS. A server compiles straight from C, so the first block is level 1.
MAX_LOCALS = 200  # LUAI_MAXVARS
MAX_UPVALUES = 60  # LUAI_MAXUPVALUES

BLOCK_END = frozenset({"end", "else", "elseif", "until", EOF})
OPENERS = frozenset({"local", "if", "for", "while", "repeat", "return", "break"})
ANCHORS = BLOCK_END | OPENERS | {"then", "do"}
NO_LOOP = "no loop to break"


class Scope:
    """What is known of a function while it is read. ``opener`` is the token whose line names it, -1 the main chunk."""

    __slots__ = ("active", "captured", "full", "loops", "opener", "vararg")

    def __init__(self, opener: int, vararg: bool) -> None:
        self.opener = opener
        self.vararg = vararg
        self.active: list[str] = []  # its locals in scope
        self.captured: set[str] = set()  # its upvalues
        self.loops = 0
        self.full = False  # past one of its limits


class Reader:
    """One pass over the tokens.

    ``silent`` is set from a problem until reading is back on track, ``failed`` while the statement at hand has gone
    wrong, and ``unbalanced`` once blocks can no longer be told to match, so that a missing or stray ``end`` is no
    news.
    """

    def __init__(self, tokens: Tokens, lines: LineIndex) -> None:
        self.tokens = tokens
        self.lines = lines
        self.kinds, self.texts = tokens.kinds, tokens.texts
        self.starts, self.ends = tokens.starts, tokens.ends
        self.pos = 0
        self.level = 0
        self.scope = Scope(-1, True)
        self.scopes = [self.scope]
        self.depth = 0
        self.owners: dict[str, list[int]] = {}  # name -> depths of the functions where it is a local, innermost last
        self.waiting: list[str] = []  # what opened the open blocks
        self.strings: dict[str, bytes] = {}
        self.numbers: dict[str, float] = {}
        self.first = 0  # the token where the statement at hand starts
        self.joined = -1  # the parenthesis that may start a line and still call
        self.problems: list[SyntaxProblem] = []
        self.reported = -1  # the token of the last problem
        self.early = False  # the first problem is that the source ends
        self.silent = self.failed = self.unbalanced = False

    # Problems

    def _problem(self, message: str, *, near_token: bool = True) -> None:
        """Report a problem at the current token, unless it is an echo of the last one."""
        index = self.pos
        self.failed = True
        broken = explain(self.tokens, index) if self.kinds[index] == BROKEN else None
        if broken:
            self.kinds[index] = broken.kind
        if self.silent or index == self.reported:
            return
        at = self.ends[index]
        early = near_token and self.kinds[index] == EOF and message != NO_LOOP
        if broken:
            message, at, early = broken.message, broken.at, broken.unfinished
        elif near_token and self.kinds[index] != "\0":  # to luaX_lexerror, token 0 is no token
            message = f"{message} near '{near(self.tokens, index)}'"
        if not self.problems:
            self.early = early
        from ldbpy.script.hints import hint_for  # most scripts have no problem

        hint = hint_for(self.tokens, index, message)
        line = self.lines.line(at)
        self.problems.append(SyntaxProblem(message, line, self.starts[index], self.ends[index], hint))
        self.reported = index
        self.silent = True

    def _aside(self, message: str, *, near_token: bool = True) -> None:
        """Report a problem that is none of syntax, so that nothing need be skipped."""
        failed = self.failed
        self._problem(message, near_token=near_token)
        self.failed = failed

    def _limit(self, scope: Scope, limit: int, what: str) -> None:
        """Report, once for each function, that it is past a limit."""
        if not scope.full:
            scope.full = True
            who = "main function" if scope.opener < 0 else f"function at line {self._line(scope.opener)}"
            self._aside(f"{who} has more than {limit} {what}", near_token=False)

    def _too_deep(self) -> None:
        """Report too many levels and give up: what follows could only go deeper or be misread."""
        self._problem("chunk has too many syntax levels", near_token=False)
        self.pos = self.reported = len(self.kinds) - 1

    def _here(self) -> int:
        """Tell where the last token ended, which is where something missing would be."""
        return self.ends[self.pos - 1] if self.pos else self.starts[0]

    def _line(self, index: int) -> int:
        return self.lines.line(self.ends[index])

    def _is_deeper(self, index: int, than: int) -> bool:
        """Tell whether a token stands further to the right than the line of another begins."""
        lines, text = self.lines, self.tokens.text
        margin = lines.offset(lines.line(self.starts[than]))
        line = text[margin : margin + 200]
        margin += len(line) - len(line.lstrip(" \t"))
        return lines.position(self.starts[index])[1] > lines.position(margin)[1]

    # Tokens

    def _expect(self, kind: str) -> None:
        """Read a token of this kind. If it is not there, take it as there, or as behind one token too many."""
        pos = self.pos
        kinds = self.kinds
        if kinds[pos] == kind:
            self.pos = pos + 1
            return
        self._problem(f"'{kind}' expected")
        if kinds[pos] not in ANCHORS and kinds[pos + 1] == kind and not self.tokens.opens_line(pos):
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

    def _name(self) -> ast.Name:
        """Read a name. Where none is, the node is empty."""
        pos = self.pos
        kinds = self.kinds
        if kinds[pos] != NAME:
            self._problem(f"'{NAME}' expected")
            if kinds[pos] == EOF or kinds[pos] != kinds[pos - 1] or kinds[pos + 1] != NAME:
                return ast.Name(self._here(), self._here(), "")
            pos += 1  # a token typed twice: `local local x`
        self.pos = pos + 1
        return ast.Name(self.starts[pos], self.ends[pos], self.texts[pos])

    def _field_name(self) -> ast.FieldName:
        """Read a ``.`` or ``:`` and the name after it."""
        pos = self.pos = self.pos + 1
        if self.kinds[pos] == NAME:
            self.pos = pos + 1
            return ast.FieldName(self.starts[pos], self.ends[pos], self.texts[pos])
        name = self._name()
        if not name.name and self.starts[pos] == self.ends[pos - 1] and self.kinds[pos].isalpha():
            self.pos = pos + 1  # a reserved word: `t.end`
            return ast.FieldName(self.starts[pos], self.ends[pos], self.texts[pos])
        return ast.FieldName(name.start, name.end, name.name)

    # Locals and upvalues

    def _room(self, count: int) -> None:
        """Check that the function at hand has room for so many more locals."""
        if len(self.scope.active) + count > MAX_LOCALS:
            self._limit(self.scope, MAX_LOCALS, "local variables")

    def _activate(self, name: str) -> None:
        """Let a local begin."""
        self.scope.active.append(name)
        owners = self.owners.get(name)
        if owners is None:
            self.owners[name] = [self.depth]
        else:
            owners.append(self.depth)

    def _leave(self, mark: int) -> None:
        """Let all locals but the first ``mark`` end."""
        active = self.scope.active
        while len(active) > mark:
            self.owners[active.pop()].pop()

    def _capture(self, name: str, owner: int) -> None:
        """Make a local of the function at depth ``owner`` an upvalue of those between it and the one at hand."""
        for scope in self.scopes[owner + 1 :]:
            if name not in scope.captured:
                if len(scope.captured) == MAX_UPVALUES:
                    self._limit(scope, MAX_UPVALUES, "upvalues")
                    return
                scope.captured.add(name)
