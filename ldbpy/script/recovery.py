"""Getting back on track after a problem, so that later statements and calls are in the tree.

A missing token is taken as there; at the end of a statement that went wrong the parser skips to where the next one
plausibly starts.
"""

from __future__ import annotations

from ldbpy.script import ast
from ldbpy.script.lexer import EOF, NAME, NUMBER, STRING
from ldbpy.script.reader import ANCHORS, BLOCK_END, OPENERS, Reader

__all__ = ["Recovery"]

_OPERAND_KINDS = frozenset({NAME, STRING, NUMBER, "(", "{", "function", "...", "nil", "true", "false", "not", "-", "#"})


class Recovery(Reader):
    """Reads on where the source is wrong."""

    def _subexpression(self, limit: int) -> ast.Expression:
        raise NotImplementedError

    def _block(self, start: int, *, keep_locals: bool = False) -> ast.Block:
        raise NotImplementedError

    def _if(self, test: ast.Expression | None = None) -> ast.If:
        raise NotImplementedError

    def _skip(self, stop: str) -> list[ast.Expression]:
        """Skip to ``stop``, or to where a statement plausibly starts or a block ends. Returns the expressions there."""
        kinds = self.kinds
        parts: list[ast.Expression] = []
        while (kind := kinds[self.pos]) != stop and kind not in ANCHORS:
            if kind == "function" and kinds[self.pos + 1] == NAME:
                break
            if kind in (NAME, "(") and self._starts_statement(self.pos, after_header=stop in ("then", "do")):
                break
            if kind in _OPERAND_KINDS:
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
        self.silent = self.kinds[self.pos] not in OPENERS

    def _patch(self, node: ast.Expression, parts: list[ast.Expression]) -> ast.Expression:
        """Wrap an expression together with what was found behind it and does not belong there."""
        return ast.Invalid(node.start, self.ends[self.pos - 1], [node, *parts]) if parts else node

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
            if kind not in BLOCK_END or kind == EOF or self._is_awaited(kind):
                block.end = self._here()
                return
            self.pos += 1
            block.statements += self._block(0).statements
            block.end = self.starts[self.pos]
        self.pos += 1

    def _dead_code(self, block: ast.Block, what: str, who: str, opener: int) -> None:
        """Report what stands behind a ``return``, and take it into the block if it is indented as a part of it."""
        while self.kinds[self.pos] not in BLOCK_END and self._is_deeper(self.pos, opener):
            self.silent |= self.unbalanced
            self._close(what, who, opener)
            block.statements += self._block(0).statements
            block.end = self.starts[self.pos]

    def _is_awaited(self, kind: str) -> bool:
        """Tell whether an open block around this one could end with this."""
        if kind == "end":
            return any(who != "repeat" for who in self.waiting)
        return ("repeat" if kind == "until" else "if") in self.waiting
