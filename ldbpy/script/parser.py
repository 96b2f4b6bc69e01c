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

from ldbpy.script import ast
from ldbpy.script.ast import Chunk, SyntaxProblem
from ldbpy.script.hints import hint_for
from ldbpy.script.lexer import (
    BROKEN,
    EOF,
    NAME,
    NUMBER,
    STRING,
    Tokens,
    decode_string,
    explain,
    near,
    parse_number,
    tokenize,
)
from ldbpy.script.lines import LineIndex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Chunk", "SyntaxProblem", "parse"]

MAX_LEVELS = 200  # LUAI_MAXCCALLS. A server compiles straight from C, so the first block is level 1.
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
_ANCHORS = _BLOCK_END | _OPENERS | {"then", "do"}
_NO_LOOP = "no loop to break"


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
    parser = _Parser(tokenize(source.decode("latin-1"), start), LineIndex(source, start))
    body = parser.chunk()
    incomplete = parser.early and len(parser.problems) == 1
    shebang = (0, start) if start else None
    return Chunk(body, parser.tokens.comments, tuple(parser.problems), parser.lines, incomplete, shebang)


class _Scope:
    """What is known of a function while it is read. ``opener`` is the token whose line names it, -1 the main chunk."""

    __slots__ = ("active", "captured", "full", "loops", "opener", "vararg")

    def __init__(self, opener: int, vararg: bool) -> None:
        self.opener = opener
        self.vararg = vararg
        self.active: list[str] = []  # its locals in scope
        self.captured: set[str] = set()  # its upvalues
        self.loops = 0
        self.full = False  # past one of its limits


class _Parser:
    """One pass over the tokens.

    Names and order of checks follow ``lparser.c``, since the order decides which problem is the first. ``silent`` is
    set from a problem until reading is back on track, ``failed`` while the statement at hand has gone wrong, and
    ``unbalanced`` once blocks can no longer be told to match, so that a missing or stray ``end`` is no news.
    """

    def __init__(self, tokens: Tokens, lines: LineIndex) -> None:
        self.tokens = tokens
        self.lines = lines
        self.kinds, self.texts = tokens.kinds, tokens.texts
        self.starts, self.ends = tokens.starts, tokens.ends
        self.pos = 0
        self.level = 0
        self.scope = _Scope(-1, True)
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
        early = near_token and self.kinds[index] == EOF and message != _NO_LOOP
        if broken:
            message, at, early = broken.message, broken.at, broken.unfinished
        elif near_token and self.kinds[index] != "\0":  # to luaX_lexerror, token 0 is no token
            message = f"{message} near '{near(self.tokens, index)}'"
        if not self.problems:
            self.early = early
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

    def _limit(self, scope: _Scope, limit: int, what: str) -> None:
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

    # Getting back on track

    def _skip(self, stop: str) -> list[ast.Expression]:
        """Skip to ``stop``, or to where a statement plausibly starts or a block ends. Returns the expressions there."""
        kinds = self.kinds
        parts: list[ast.Expression] = []
        while (kind := kinds[self.pos]) != stop and kind not in _ANCHORS:
            if kind == "function" and kinds[self.pos + 1] == NAME:
                break
            if kind in (NAME, "(") and self._starts_statement(self.pos, after_header=stop in ("then", "do")):
                break
            if kind in _OPERANDS:
                parts.append(self._subexpression(0))
                self.silent = True
            else:
                self.pos += 1
        return parts

    def _starts_statement(self, index: int, *, after_header: bool) -> bool:
        """Tell whether the layout says so: the token opens a line, indented no deeper than the statement at hand."""
        return self.tokens.opens_line(index) and (after_header or not self._is_deeper(index, self.first))

    def _resynchronise(self, statements: list[ast.Statement], first: int) -> None:
        """After a statement that went wrong, skip to the next."""
        self.first = first
        if self.pos == first and (self.kinds[first] != "then" or self.kinds[first - 1] == "then"):
            self.pos += 1
        start = self.pos
        parts = self._skip(";")
        self.failed = False
        if self.kinds[self.pos] == "then":
            # Most likely an `if` that lost its keyword: take the block with it, or its `end` would close another.
            statements.append(self._if(ast.Invalid(self.starts[start], self.starts[self.pos], parts)))
        elif self.pos > start:
            statements.append(ast.InvalidStatement(self.starts[start], self.ends[self.pos - 1], parts))
        self.failed = False
        self.silent = self.kinds[self.pos] not in _OPENERS

    def _patch(self, node: ast.Expression, parts: list[ast.Expression]) -> ast.Expression:
        """Wrap an expression together with what was found behind it and does not belong there."""
        return ast.Invalid(node.start, self.ends[self.pos - 1], [node, *parts]) if parts else node

    # Tokens

    def _expect(self, kind: str) -> None:
        """Read a token of this kind. If it is not there, take it as there, or as behind one token too many."""
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

    def _close_list(self, what: str, who: str, opener: int) -> list[ast.Expression]:
        """Close a list in brackets. Returns the expressions found where the closing bracket should be."""
        if self._close(what, who, opener):
            return []
        parts = self._skip(what)
        if self.kinds[self.pos] == what:
            self.pos += 1
        return parts

    def _begin(self, what: str) -> list[ast.Expression]:
        """Read the ``then`` or ``do`` before a block. Returns the expressions found where it should be."""
        if self.kinds[self.pos] == what:
            self.pos += 1
            return []
        self._problem(f"'{what}' expected")
        parts = self._skip(what)
        if self.kinds[self.pos] in ("then", "do"):
            self.pos += 1
        else:
            self.unbalanced = True
        return parts

    def _close_block(self, block: ast.Block, what: str, who: str, opener: int) -> None:
        """Read the ``end`` or ``until`` of a block. Where it is not, take it as there, or as behind a stray other."""
        self.waiting.pop()
        kinds = self.kinds
        while kinds[self.pos] != what:
            self._dead_code(block, what, who, opener)
            if (kind := kinds[self.pos]) == what:
                break
            self.silent |= self.unbalanced
            self._close(what, who, opener)
            self.unbalanced = True
            if kind not in _BLOCK_END or kind == EOF or self._is_awaited(kind):
                block.end = self._here()
                return
            self.pos += 1
            block.statements += self._block(0).statements
            block.end = self.starts[self.pos]
        self.pos += 1

    def _dead_code(self, block: ast.Block, what: str, who: str, opener: int) -> None:
        """Report what stands behind a ``return``, and take it into the block if it is indented as a part of it."""
        while self.kinds[self.pos] not in _BLOCK_END and self._is_deeper(self.pos, opener):
            self.silent |= self.unbalanced
            self._close(what, who, opener)
            block.statements += self._block(0).statements
            block.end = self.starts[self.pos]

    def _is_awaited(self, kind: str) -> bool:
        """Tell whether an open block around this one could end with this."""
        if kind == "end":
            return any(who != "repeat" for who in self.waiting)
        return ("repeat" if kind == "until" else "if") in self.waiting

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

    # Statements

    def chunk(self) -> ast.Block:
        """Read the whole source."""
        body = self._block(self.starts[0])
        while self.kinds[self.pos] != EOF:
            self.silent |= self.unbalanced
            self._problem(f"'{EOF}' expected")
            if self.kinds[self.pos] in _BLOCK_END:
                self.unbalanced = True
                self.pos += 1
            body.statements += self._block(0).statements
        body.end = self.starts[-1]
        return body

    def _block(self, start: int, *, keep_locals: bool = False) -> ast.Block:
        """Read statements up to what ends a block, or to behind a ``return`` or ``break``."""
        self.level += 1
        if self.level > MAX_LEVELS:
            self._too_deep()
        mark = len(self.scope.active)
        kinds = self.kinds
        statements: list[ast.Statement] = []
        while (kind := kinds[self.pos]) not in _BLOCK_END:
            self.first = first = self.pos
            self.failed = False
            statements.append(_STATEMENTS.get(kind, _Parser._expression_statement)(self))
            if self.failed:
                self._resynchronise(statements, first)
            else:
                self.silent = False
            if kinds[self.pos] == ";":
                self.pos += 1
            if kind in _LAST:
                break
        if not keep_locals:
            self._leave(mark)
        self.level -= 1
        return ast.Block(start, self.starts[self.pos], statements)

    def _if(self, test: ast.Expression | None = None) -> ast.If:
        """Read an ``if`` statement: from its ``then`` on, if the test is given."""
        opener = self.pos
        start = clause = self.starts[opener] if test is None else test.start
        self.waiting.append("if")
        clauses = []
        while True:
            self.pos += 1
            if test is None:
                test = self._subexpression(0)
                test = self._patch(test, self._begin("then"))
            body = self._block(self.ends[self.pos - 1])
            self._dead_code(body, "end", "if", opener)
            clauses.append(ast.IfClause(clause, body.end, test, body))
            clause = self.starts[self.pos]
            test = None
            if self.kinds[self.pos] != "elseif":
                break
        orelse = None
        if self.kinds[self.pos] == "else":
            self.pos += 1
            body = orelse = self._block(self.ends[self.pos - 1])
        self._close_block(body, "end", "if", opener)
        if orelse is None:
            clauses[-1].end = body.end
        return ast.If(start, self.ends[self.pos - 1], clauses, orelse)

    def _while(self) -> ast.While:
        opener = self.pos
        self.waiting.append("while")
        self.pos += 1
        test = self._subexpression(0)
        test = self._patch(test, self._begin("do"))
        self.scope.loops += 1
        body = self._block(self.ends[self.pos - 1])
        self.scope.loops -= 1
        self._close_block(body, "end", "while", opener)
        return ast.While(self.starts[opener], self.ends[self.pos - 1], test, body)

    def _do(self) -> ast.Do:
        opener = self.pos
        self.waiting.append("do")
        self.pos += 1
        body = self._block(self.ends[opener])
        self._close_block(body, "end", "do", opener)
        return ast.Do(self.starts[opener], self.ends[self.pos - 1], body)

    def _repeat(self) -> ast.Repeat:
        opener = self.pos
        self.waiting.append("repeat")
        self.pos += 1
        mark = len(self.scope.active)
        self.scope.loops += 1
        body = self._block(self.ends[opener], keep_locals=True)
        self.scope.loops -= 1
        self._close_block(body, "until", "repeat", opener)
        test = self._subexpression(0)
        self._leave(mark)
        return ast.Repeat(self.starts[opener], self.ends[self.pos - 1], body, test)

    def _for(self) -> ast.NumericFor | ast.GenericFor:
        opener = self.pos
        self.pos += 1
        names = [self._name()]
        kind = self.kinds[self.pos]
        if kind == "=":
            self._room(4)  # it and three hidden ones
            self.pos += 1
            values = self._range()
        elif kind in (",", "in"):
            self._room(4)
            while self.kinds[self.pos] == ",":
                self.pos += 1
                names.append(self._name())
                self._room(len(names) + 3)
            self._expect("in")
            values = self._expressions()
        else:
            self._problem("'=' or 'in' expected")
            values = self._skip("do")
        body = self._for_body(names, values, opener)
        start, end = self.starts[opener], self.ends[self.pos - 1]
        if kind != "=":
            return ast.GenericFor(start, end, names, values, body)
        first, last, *step = values
        return ast.NumericFor(start, end, names[0], first, last, step[0] if step else None, body)

    def _range(self) -> list[ast.Expression]:
        """Read the two or three values of a numeric ``for``."""
        values = [self._subexpression(0)]
        self._expect(",")
        values.append(self._subexpression(0))
        if self.kinds[self.pos] == ",":
            self.pos += 1
            values.append(self._subexpression(0))
        return values

    def _for_body(self, names: list[ast.Name], values: list[ast.Expression], opener: int) -> ast.Block:
        self.waiting.append("for")
        mark = len(self.scope.active)
        for hidden in ("(for index)", "(for limit)", "(for step)"):
            self._activate(hidden)
        parts = self._begin("do")
        if parts:
            values[-1:] = [self._patch(values[-1], parts)] if values else parts
        for name in names:
            self._activate(name.name)
        self.scope.loops += 1
        body = self._block(self.ends[self.pos - 1])
        self.scope.loops -= 1
        self._leave(mark)
        self._close_block(body, "end", "for", opener)
        return body

    def _local(self) -> ast.Local | ast.LocalFunction:
        start = self.starts[self.pos]
        self.pos += 1
        if self.kinds[self.pos] == "function":
            keyword = self.starts[self.pos]
            self.pos += 1
            name = self._name()
            self._room(1)
            self._activate(name.name)
            function = self._function(keyword, self.pos)
            return ast.LocalFunction(start, function.end, name, function)
        names = [self._name()]
        self._room(1)
        while self.kinds[self.pos] == ",":
            self.pos += 1
            names.append(self._name())
            self._room(len(names))
        values = []
        if self.kinds[self.pos] == "=":
            self.pos += 1
            values = self._expressions()
        for name in names:
            self._activate(name.name)
        return ast.Local(start, self.ends[self.pos - 1], names, values)

    def _function_statement(self) -> ast.FunctionStatement:
        opener = self.pos
        self.pos += 1
        name = self._name()
        target: ast.Name | ast.Member = name
        owners = self.owners.get(name.name)
        if owners:
            self._capture(name.name, owners[-1])
        while self.kinds[self.pos] == ".":
            field = self._field_name()
            target = ast.Member(target.start, field.end, target, field)
        method = self._field_name() if self.kinds[self.pos] == ":" else None
        function = self._function(self.starts[opener], opener, method=method is not None)
        return ast.FunctionStatement(function.start, function.end, target, method, function)

    def _function(self, start: int, opener: int, *, method: bool = False) -> ast.Function:
        """Read a function from its parameters on."""
        self.waiting.append("function")
        outer = self.scope
        scope = self.scope = _Scope(opener, False)
        self.scopes.append(scope)
        self.depth += 1
        self._expect("(")
        if method:
            self._activate("self")
        params = self._params()
        self._expect(")")
        body = self._block(self.ends[self.pos - 1])
        self._close_block(body, "end", "function", opener)
        self._leave(0)
        self.depth -= 1
        self.scopes.pop()
        self.scope = outer
        return ast.Function(start, self.ends[self.pos - 1], params, scope.vararg, body)

    def _params(self) -> list[ast.Name]:
        params: list[ast.Name] = []
        kinds = self.kinds
        while kinds[self.pos] != ")" or params:
            if kinds[self.pos] == NAME:
                params.append(self._name())
                self._room(len(params))
            elif kinds[self.pos] == "...":
                self.pos += 1
                self.scope.vararg = True
                self._room(len(params) + 1)  # for `arg`, the table of LUA_COMPAT_VARARG
                break
            else:
                self._problem(f"{NAME} or '...' expected")
            if kinds[self.pos] != ",":
                break
            self.pos += 1
        for param in params:
            self._activate(param.name)
        if self.scope.vararg:
            self._activate("arg")
        return params

    def _return(self) -> ast.Return:
        start = self.starts[self.pos]
        self.pos += 1
        kind = self.kinds[self.pos]
        values = [] if kind in _BLOCK_END or kind == ";" else self._expressions()
        return ast.Return(start, self.ends[self.pos - 1], values)

    def _break(self) -> ast.Break:
        pos = self.pos
        self.pos += 1
        if not self.scope.loops and not self.unbalanced:
            self._aside(_NO_LOOP)
        return ast.Break(self.starts[pos], self.ends[pos])

    def _expression_statement(self) -> ast.Statement:
        """Read a call or an assignment."""
        start = self.starts[self.pos]
        target = self._primary()
        if isinstance(target, ast.Call | ast.MethodCall):
            return ast.CallStatement(start, target.end, target)
        targets = [target]
        while True:
            if type(target) not in _ASSIGNABLE:
                self._problem("syntax error")
                parts = [part for part in targets if part.start >= start]
                return ast.InvalidStatement(start, max(start, self._here()), parts)
            if self.kinds[self.pos] != ",":
                break
            self.pos += 1
            target = self._primary()
            limit = MAX_LEVELS - self.level
            if len(targets) > limit:
                self._limit(self.scope, limit, "variables in assignment")
            targets.append(target)
        if self.kinds[self.pos] != "=":
            self._problem("'=' expected")
            return ast.InvalidStatement(start, target.end, targets)
        self.pos += 1
        values = self._expressions()
        return ast.Assignment(start, self.ends[self.pos - 1], targets, values)

    # Expressions

    def _expressions(self) -> list[ast.Expression]:
        """Read one or more expressions with commas between them."""
        values = [self._subexpression(0)]
        while self.kinds[self.pos] == ",":
            self.pos += 1
            values.append(self._subexpression(0))
        return values

    def _subexpression(self, limit: int) -> ast.Expression:
        """Read an expression of operators that bind more strongly than ``limit``."""
        self.level += 1
        if self.level > MAX_LEVELS:
            self._too_deep()
        kinds = self.kinds
        left = _OPERANDS.get(kinds[self.pos], _Parser._no_operand)(self)
        while _LEFT.get(operator := kinds[self.pos], 0) > limit:
            at = self.starts[self.pos]
            self.pos += 1
            right = self._subexpression(_RIGHT[operator])
            left = ast.Binary(left.start, right.end, left, operator, at, right)
        self.level -= 1
        return left

    def _no_operand(self) -> ast.Expression:
        """Report that no expression starts here."""
        pos = self.pos
        kinds = self.kinds
        mended = kinds[pos] == BROKEN
        self._problem("unexpected symbol")
        while pos > 0 and kinds[pos] == kinds[pos - 1] and kinds[pos] not in _ANCHORS:
            pos = self.pos = pos + 1  # a token typed twice: `a = = 1`
            mended = True
        if mended and kinds[pos] in _OPERANDS:
            return _OPERANDS[kinds[pos]](self)
        return ast.Invalid(self._here(), self._here(), [])

    def _unary(self) -> ast.Unary:
        pos = self.pos
        self.pos = pos + 1
        operand = self._subexpression(_UNARY)
        return ast.Unary(self.starts[pos], operand.end, self.kinds[pos], operand)

    def _constant(self) -> ast.Nil | ast.Boolean:
        pos = self.pos
        self.pos = pos + 1
        if self.kinds[pos] == "nil":
            return ast.Nil(self.starts[pos], self.ends[pos])
        return ast.Boolean(self.starts[pos], self.ends[pos], self.kinds[pos] == "true")

    def _number(self) -> ast.Number:
        pos = self.pos
        self.pos = pos + 1
        text = self.texts[pos]
        value = self.numbers.get(text)
        if value is None:
            value = self.numbers[text] = parse_number(text) or 0.0
        return ast.Number(self.starts[pos], self.ends[pos], value, text)

    def _string(self) -> ast.String:
        pos = self.pos
        self.pos = pos + 1
        text = self.texts[pos]
        value = self.strings.get(text)
        if value is None:
            value = self.strings[text] = decode_string(text)
        return ast.String(self.starts[pos], self.ends[pos], value)

    def _vararg(self) -> ast.Vararg:
        pos = self.pos
        if not self.scope.vararg and not self.unbalanced:
            self._aside("cannot use '...' outside a vararg function")
        self.pos = pos + 1
        return ast.Vararg(self.starts[pos], self.ends[pos])

    def _anonymous_function(self) -> ast.Function:
        start = self.starts[self.pos]
        self.pos += 1
        return self._function(start, self.pos)

    def _primary(self) -> ast.Expression:
        """Read a name or parenthesis and the fields, indices and calls on it."""
        kinds, ends = self.kinds, self.ends
        pos = self.pos
        start = self.starts[pos]
        node: ast.Expression
        args: list[ast.Expression]
        if kinds[pos] == NAME:
            name = self.texts[pos]
            self.pos = pos + 1
            owners = self.owners.get(name)
            if owners and owners[-1] != self.depth and name not in self.scope.captured:
                self._capture(name, owners[-1])
            node = ast.Name(start, ends[pos], name)
        elif kinds[pos] == "(":
            self.pos = pos + 1
            inner = self._subexpression(0)
            inner = self._patch(inner, self._close_list(")", "(", pos))
            node = ast.Paren(start, ends[self.pos - 1], inner)
        else:
            return self._no_operand()
        while (kind := kinds[self.pos]) in _SUFFIXES:
            if kind == ".":
                field = self._field_name()
                node = ast.Member(start, field.end, node, field)
            elif kind == "[":
                self.pos += 1
                key = self._subexpression(0)
                self._expect("]")
                node = ast.Index(start, ends[self.pos - 1], node, key)
            else:
                method = self._field_name() if kind == ":" else None
                args = [self._table()] if kinds[self.pos] == "{" else self._arguments()
                end = ends[self.pos - 1]
                node = ast.MethodCall(start, end, node, method, args) if method else ast.Call(start, end, node, args)
        return node

    # Levels nest through these two, so they read expressions themselves: with one Python frame more for each of 200
    # levels, `f{f{` would come near to Python's own limit.

    def _arguments(self) -> list[ast.Expression]:
        """Read arguments that are no table."""
        kinds = self.kinds
        pos = self.pos
        args: list[ast.Expression] = []
        if kinds[pos] == STRING:
            args.append(self._string())
        elif kinds[pos] == "(":
            if pos != self.joined and self.tokens.opens_line(pos):
                self._problem("ambiguous syntax (function call x new statement)")
            self.pos = pos + 1
            if kinds[pos + 1] != ")":
                args.append(self._subexpression(0))
                while kinds[self.pos] == ",":
                    self.pos += 1
                    args.append(self._subexpression(0))
            args += self._close_list(")", "(", pos)
        else:
            self._problem("function arguments expected")
        return args

    def _table(self) -> ast.Table:
        opener = self.pos
        self.pos += 1
        kinds = self.kinds
        items: list[ast.TableItem] = []
        while kinds[self.pos] != "}":
            start = self.starts[self.pos]
            key = self._key()
            value = self._subexpression(0)
            if key is None:
                items.append(ast.ListItem(value.start, value.end, value))
            elif isinstance(key, ast.FieldName):
                items.append(ast.NamedItem(start, value.end, key, value))
            else:
                items.append(ast.KeyedItem(start, value.end, key, value))
            if kinds[self.pos] not in (",", ";"):
                break
            self.pos += 1
        items += [ast.ListItem(part.start, part.end, part) for part in self._close_list("}", "{", opener)]
        return ast.Table(self.starts[opener], self.ends[self.pos - 1], items)

    def _key(self) -> ast.FieldName | ast.Expression | None:
        """Read the ``name =`` or ``[key] =`` of a table entry, if it has one."""
        pos = self.pos
        kinds = self.kinds
        if kinds[pos] == "[":
            self.pos = pos + 1
            key = self._subexpression(0)
            self._expect("]")
            self._expect("=")
            return key
        if kinds[pos] == NAME:
            if kinds[pos + 1] == "=":
                self.pos = pos + 2
                return ast.FieldName(self.starts[pos], self.ends[pos], self.texts[pos])
            # Lua has looked one token ahead and so taken the name for as far down as that token.
            self.joined = pos + 1
            if self.level == MAX_LEVELS:
                self.pos = pos + 1
        return None


_ASSIGNABLE = frozenset({ast.Name, ast.Member, ast.Index})
_SUFFIXES = frozenset({".", "[", ":", "(", "{", STRING})
_STATEMENTS: dict[str, Callable[[_Parser], ast.Statement]] = {
    "if": _Parser._if,
    "while": _Parser._while,
    "do": _Parser._do,
    "for": _Parser._for,
    "repeat": _Parser._repeat,
    "function": _Parser._function_statement,
    "local": _Parser._local,
    "return": _Parser._return,
    "break": _Parser._break,
}
_OPERANDS: dict[str, Callable[[_Parser], ast.Expression]] = {
    NAME: _Parser._primary,
    "(": _Parser._primary,
    STRING: _Parser._string,
    NUMBER: _Parser._number,
    "{": _Parser._table,
    "function": _Parser._anonymous_function,
    "...": _Parser._vararg,
    "nil": _Parser._constant,
    "true": _Parser._constant,
    "false": _Parser._constant,
    "not": _Parser._unary,
    "-": _Parser._unary,
    "#": _Parser._unary,
}
