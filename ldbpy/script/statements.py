"""Statements and functions."""

from __future__ import annotations

from ldbpy.script import ast
from ldbpy.script.expressions import Expressions
from ldbpy.script.lexer import EOF, NAME
from ldbpy.script.reader import BLOCK_END, MAX_LEVELS, NO_LOOP, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Statements"]

_LAST = frozenset({"return", "break"})


class Statements(Expressions):
    """Reads statements, and with them a whole chunk."""

    def chunk(self) -> ast.Block:
        """Read the whole source."""
        body = self._block(self.starts[0])
        while self.kinds[self.pos] != EOF:
            self.silent |= self.unbalanced
            self._problem(f"'{EOF}' expected")
            if self.kinds[self.pos] in BLOCK_END:
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
        while (kind := kinds[self.pos]) not in BLOCK_END:
            self.first = first = self.pos
            self.failed = False
            statements.append(_STATEMENTS.get(kind, Statements._expression_statement)(self))
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
        scope = self.scope = Scope(opener, False)
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
        values = [] if kind in BLOCK_END or kind == ";" else self._expressions()
        return ast.Return(start, self.ends[self.pos - 1], values)

    def _break(self) -> ast.Break:
        pos = self.pos
        self.pos += 1
        if not self.scope.loops and not self.unbalanced:
            self._aside(NO_LOOP)
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


_ASSIGNABLE = frozenset({ast.Name, ast.Member, ast.Index})
_STATEMENTS: dict[str, Callable[[Statements], ast.Statement]] = {
    "if": Statements._if,
    "while": Statements._while,
    "do": Statements._do,
    "for": Statements._for,
    "repeat": Statements._repeat,
    "function": Statements._function_statement,
    "local": Statements._local,
    "return": Statements._return,
    "break": Statements._break,
}
