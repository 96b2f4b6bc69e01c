"""Expressions."""

from __future__ import annotations

from ldbpy.script import ast
from ldbpy.script.lexer import BROKEN, NAME, NUMBER, STRING, decode_string, parse_number
from ldbpy.script.reader import ANCHORS, MAX_LEVELS
from ldbpy.script.recovery import Recovery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Expressions"]

# lparser.c, priority[]: how strongly an operator binds to its left and to its right.
_LEFT = {"or": 1, "and": 2, "<": 3, ">": 3, "<=": 3, ">=": 3, "~=": 3, "==": 3}
_LEFT |= {"..": 5, "+": 6, "-": 6, "*": 7, "/": 7, "%": 7, "^": 10}
_RIGHT = _LEFT | {"..": 4, "^": 9}
_UNARY = 8


class Expressions(Recovery):
    """Reads expressions."""

    def _function(self, start: int, opener: int, *, method: bool = False) -> ast.Function:
        raise NotImplementedError

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
        left = _OPERANDS.get(kinds[self.pos], Expressions._no_operand)(self)
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
        while pos > 0 and kinds[pos] == kinds[pos - 1] and kinds[pos] not in ANCHORS:
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


_SUFFIXES = frozenset({".", "[", ":", "(", "{", STRING})
_OPERANDS: dict[str, Callable[[Expressions], ast.Expression]] = {
    NAME: Expressions._primary,
    "(": Expressions._primary,
    STRING: Expressions._string,
    NUMBER: Expressions._number,
    "{": Expressions._table,
    "function": Expressions._anonymous_function,
    "...": Expressions._vararg,
    "nil": Expressions._constant,
    "true": Expressions._constant,
    "false": Expressions._constant,
    "not": Expressions._unary,
    "-": Expressions._unary,
    "#": Expressions._unary,
}
