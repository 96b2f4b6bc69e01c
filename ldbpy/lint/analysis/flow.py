"""The ways through each function: what is never reached, which values are never used, which locals have none yet.

A graph of basic blocks for each function. Functions inside count as a use of what they capture, whenever they run, so
nothing is said of captured variables.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ldbpy.lint.analysis.narrowing import is_false, is_true
from ldbpy.lint.analysis.reaching import Reaching
from ldbpy.lint.analysis.resolver import Variable, Write
from ldbpy.script import ast

if TYPE_CHECKING:
    from ldbpy.lint.analysis.program import Program

__all__ = ["Block", "Flow"]

_Event = tuple[Variable, ast.Name | Write]


class Block:
    """Statements that run one after the other: what they read and write, and where it goes on."""

    __slots__ = ("before", "events", "given", "live", "next")

    def __init__(self) -> None:
        self.events: Final[list[_Event]] = []
        self.next: Final[list[Block]] = []
        self.before: Final[list[Block]] = []
        self.given: Final[list[tuple[ast.Expression, bool] | None]] = []
        """For each of ``before`` the test that leads here, and how it comes out."""
        self.live: set[Variable] = set()
        """The variables whose value at its start may be used."""

    def leads_to(self, other: Block, test: ast.Expression | None = None, sense: bool = True) -> None:
        """Add an edge, which is taken if ``test`` comes out as ``sense``."""
        self.next.append(other)
        other.before.append(self)
        other.given.append(None if test is None else (test, sense))


class _Builder:
    """Builds the graph of one function's body."""

    def __init__(self, program: Program, writes: dict[ast.Name, Write]) -> None:
        self.program: Final = program
        self.blocks: Final[list[Block]] = []
        self.unreachable: Final[list[tuple[ast.Statement, ast.Statement]]] = []
        """The first of each run of statements that nothing leads to, behind the one that never ends."""
        self.loops_once: Final[list[ast.While | ast.Repeat | ast.NumericFor | ast.GenericFor]] = []
        """The loops whose body always leaves."""
        self.falls_off = False
        self._writes: Final = writes
        self._breaks: Final[list[Block]] = []

    def build(self, body: ast.Block) -> None:
        self.falls_off = self._body(body, self._new()) is not None

    def _new(self) -> Block:
        block = Block()
        self.blocks.append(block)
        return block

    def _body(self, body: ast.Block, now: Block | None) -> Block | None:
        """Add statements after ``now``; what they end in, None if they never end."""
        dead = False
        for place, statement in enumerate(body.statements):
            if now is None:
                if not dead:
                    self.unreachable.append((body.statements[place - 1], statement))
                dead = True
                now = self._new()
            now = self._statement(statement, now)
        return None if dead else now

    def _statement(self, node: ast.Statement, now: Block) -> Block | None:
        match node:
            case ast.If():
                return self._if(node, now)
            case ast.While() | ast.Repeat() | ast.NumericFor() | ast.GenericFor():
                return self._loop(node, now)
            case ast.Do():
                return self._body(node.body, now)
            case ast.Break():
                if self._breaks:
                    now.leads_to(self._breaks[-1])
                return None
            case ast.Return():
                self._reads(now, *node.values)
                return None
            case ast.Local():
                self._reads(now, *node.values)
                self._written(now, node.names)
            case ast.Assignment():
                self._reads(now, *node.values)
                self._reads(now, *(target for target in node.targets if not isinstance(target, ast.Name)))
                self._written(now, [target for target in node.targets if isinstance(target, ast.Name)])
            case ast.LocalFunction():
                self._written(now, [node.name])
            case ast.CallStatement():
                self._reads(now, node.call)
                if self.program.raises(node.call):
                    return None
                return self._asserted(node.call, now)
            case _:
                self._reads(now, *(each for each in ast.children(node) if isinstance(each, ast.Expression)))
        return now

    def _asserted(self, call: ast.Expression, now: Block) -> Block:
        """Behind ``assert(v)`` the test holds."""
        if not isinstance(call, ast.Call) or not call.args or self.program.builtin(call.callee) != "assert":
            return now
        after = self._new()
        now.leads_to(after, call.args[0])
        return after

    def _if(self, node: ast.If, now: Block) -> Block | None:
        ends: list[Block] = []
        for clause in node.clauses:
            self._reads(now, clause.test)
            inside, otherwise = self._new(), self._new()
            now.leads_to(inside, clause.test)
            now.leads_to(otherwise, clause.test, False)
            end = self._body(clause.body, inside)
            if end is not None:
                ends.append(end)
            now = otherwise
        end = self._body(node.orelse, now) if node.orelse is not None else now
        if end is not None:
            ends.append(end)
        return self._joined(ends)

    def _joined(self, ends: list[Block]) -> Block | None:
        if not ends:
            return None
        after = self._new()
        for end in ends:
            end.leads_to(after)
        return after

    def _loop(self, node: ast.While | ast.Repeat | ast.NumericFor | ast.GenericFor, now: Block) -> Block | None:
        if isinstance(node, ast.NumericFor):
            self._reads(now, *(bound for bound in (node.first, node.last, node.step) if bound is not None))
        elif isinstance(node, ast.GenericFor):
            self._reads(now, *node.values)
        head, inside, after = self._new(), self._new(), self._new()
        now.leads_to(head)
        head.leads_to(inside, node.test if isinstance(node, ast.While) else None)
        self._breaks.append(after)
        if isinstance(node, ast.While):
            self._reads(head, node.test)
            if not is_true(node.test):
                head.leads_to(after, node.test, False)
        elif not isinstance(node, ast.Repeat):
            self._written(inside, [node.name] if isinstance(node, ast.NumericFor) else node.names)
            head.leads_to(after)
        end = self._body(node.body, inside)
        if end is None:
            self.loops_once.append(node)
        else:
            if isinstance(node, ast.Repeat):
                self._reads(end, node.test)
                if not is_false(node.test):
                    end.leads_to(after, node.test)
                end.leads_to(head, node.test, False)
            else:
                end.leads_to(head)
        self._breaks.pop()
        return after if after.before else None

    def _reads(self, now: Block, *expressions: ast.Expression) -> None:
        """Add the names in expressions, but not those in functions."""
        for expression in expressions:
            for node in ast.walk_outside_functions(expression):
                if type(node) is ast.Name:
                    variable = self.program.variable(node)
                    if variable is not None:
                        now.events.append((variable, node))

    def _written(self, now: Block, names: list[ast.Name]) -> None:
        for name in names:
            variable = self.program.variable(name)
            write = self._writes.get(name)
            if variable is not None and write is not None:
                now.events.append((variable, write))


class Flow:
    """The graphs of all functions of a script."""

    def __init__(self, program: Program) -> None:
        writes = {write.name: write for variable in program.resolved.variables for write in variable.writes}
        bodies: list[tuple[ast.Function | None, ast.Block]] = [(None, program.chunk.body)]
        bodies += [(function, function.body) for function in program.of(ast.Function)]
        self._program: Final = program
        self._builders: Final[list[_Builder]] = []
        self._falls_off: Final[dict[ast.Function | None, bool]] = {}
        for function, body in bodies:
            builder = _Builder(program, writes)
            builder.build(body)
            self._builders.append(builder)
            self._falls_off[function] = builder.falls_off

    @property
    def unreachable(self) -> list[tuple[ast.Statement, ast.Statement]]:
        """The first of every run of statements that nothing leads to, each behind the statement that never ends."""
        return [found for builder in self._builders for found in builder.unreachable]

    @property
    def loops_once(self) -> list[ast.While | ast.Repeat | ast.NumericFor | ast.GenericFor]:
        """The loops that never come to a second round."""
        return [loop for builder in self._builders for loop in builder.loops_once]

    @cached_property
    def reaching(self) -> Reaching:
        """Which values reach each use."""
        return Reaching(self._program, (block for builder in self._builders for block in builder.blocks))

    def falls_off(self, function: ast.Function | None) -> bool:
        """Whether a function, or the main chunk, can end without ``return``."""
        return self._falls_off[function]

    @cached_property
    def _live(self) -> list[_Builder]:
        """The graphs, once it is known which variables are live in them."""
        for builder in self._builders:
            _find_live(builder.blocks)
        return self._builders

    @cached_property
    def unused_writes(self) -> list[tuple[Variable, Write]]:
        """The values that no way through the function ever uses. Of variables that no inner function uses."""
        found: list[tuple[Variable, Write]] = []
        for builder in self._live:
            for block in builder.blocks:
                live = _after(block)
                for variable, event in reversed(block.events):
                    if isinstance(event, Write):
                        if variable not in live and not variable.captured:
                            found.append((variable, event))
                        live.discard(variable)
                    else:
                        live.add(variable)
        return found

    @cached_property
    def overwritten_parameters(self) -> list[Variable]:
        """The parameters that are used, but never with the value that was passed."""
        found = []
        for function, builder in zip(self._falls_off, self._live, strict=True):
            for param in function.params if function is not None else ():
                variable = self._program.variable(param)
                if variable is not None and variable.reads and not variable.captured:
                    found += [variable] if variable not in builder.blocks[0].live else []
        return found

    @cached_property
    def reads_of_nothing(self) -> list[tuple[Variable, ast.Name]]:
        """The uses of variables that no way to them gives a value: they are nil there."""
        return [(variable, name) for variable, name in self._uses_of_nothing if name not in variable.mutations]

    @cached_property
    def fields_of_nothing(self) -> list[tuple[Variable, ast.Name]]:
        """The places that set a field of a variable that no way to them gives a value."""
        return [(variable, name) for variable, name in self._uses_of_nothing if name in variable.mutations]

    @cached_property
    def _uses_of_nothing(self) -> list[tuple[Variable, ast.Name]]:
        bare: dict[ast.Function | None, set[Variable]] = {}
        for variable in self._program.resolved.variables:
            if not variable.captured and _is_bare(variable.writes[0]):
                bare.setdefault(variable.function, set()).add(variable)
        graphs = zip(self._falls_off, self._builders, strict=True)
        return [
            found
            for function, builder in graphs
            if function in bare
            for found in _uses_of_nothing(builder.blocks, bare[function])
        ]


def _after(block: Block) -> set[Variable]:
    return set().union(*(following.live for following in block.next))


def _find_live(blocks: list[Block]) -> None:
    todo = list(blocks)
    waiting = set(todo)
    sums = {block: _used_and_written(block) for block in blocks}
    while todo:
        block = todo.pop()
        waiting.discard(block)
        used, written = sums[block]
        live = used | (_after(block) - written)
        if live != block.live:
            block.live = live
            for earlier in block.before:
                if earlier not in waiting:
                    waiting.add(earlier)
                    todo.append(earlier)


def _used_and_written(block: Block) -> tuple[set[Variable], set[Variable]]:
    """The variables whose value at the start of a block it uses, and those it gives a new one."""
    used: set[Variable] = set()
    written: set[Variable] = set()
    for variable, event in block.events:
        if type(event) is Write:
            written.add(variable)
        elif variable not in written:
            used.add(variable)
    return used, written


def _uses_of_nothing(blocks: list[Block], bare: set[Variable]) -> Iterator[tuple[Variable, ast.Name]]:
    """Among the variables that are declared without a value."""
    last = {
        (block, variable): event
        for block in blocks
        for variable, event in block.events
        if isinstance(event, Write) and variable in bare
    }
    asked: dict[Variable, list[tuple[Block, ast.Name]]] = {}
    for block in blocks:
        now: dict[Variable, Write] = {}
        for variable, event in block.events:
            if isinstance(event, Write):
                now[variable] = event
            elif variable in bare:
                if variable not in now:
                    asked.setdefault(variable, []).append((block, event))
                elif _is_bare(now[variable]):
                    yield variable, event
    for variable, uses in asked.items():
        given = _given_in({block for block, _ in uses}, variable, last)
        yield from ((variable, name) for block, name in uses if block not in given)


def _given_in(asked: set[Block], variable: Variable, last: dict[tuple[Block, Variable], Write]) -> set[Block]:
    """The blocks to whose start some way gives the variable a value, among those ``asked`` for, if not more.

    Looks back from all of them at once, to its declaration only, and then forward from where it is given one.
    """
    seen = set(asked)
    todo = list(asked)
    given = set()
    while todo:
        block = todo.pop()
        for earlier in block.before:
            event = last.get((earlier, variable))
            if event is not None:
                if not _is_bare(event):
                    given.add(block)
            elif earlier not in seen:
                seen.add(earlier)
                todo.append(earlier)
    todo = list(given)
    while todo:
        block = todo.pop()
        if (block, variable) not in last:
            further = [each for each in block.next if each in seen and each not in given]
            given.update(further)
            todo += further
    return given


def _is_bare(event: ast.Name | Write) -> bool:
    return isinstance(event, Write) and isinstance(event.statement, ast.Local) and event.value is None
