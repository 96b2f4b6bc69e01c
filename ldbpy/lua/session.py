"""One Lua state that stays, for a REPL: inputs run in it one after the other, each under the rules of a script."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from ldbpy.commands import CommandTable
from ldbpy.flavors import Flavor
from ldbpy.lua import bytecode
from ldbpy.lua.host import CommandRunner, ScriptHost, ScriptPolicy
from ldbpy.lua.interpreter import CompileFailure, Interpreter, Outcome
from ldbpy.lua.limits import StopReason, Watch
from ldbpy.lua.random import Drand48
from ldbpy.lua.scripts import NoCommands, Runtime, compile_problem, failure_problem
from ldbpy.lua.values import Values, call_one, variables_in
from ldbpy.model.calls import CommandCall
from ldbpy.model.debugging import Page, Value, Variable
from ldbpy.model.runs import RunProblem, RunStats
from ldbpy.script.pieces import Piece

__all__ = ["Evaluation", "LuaSession"]

_MOST_FIELDS: Final = 200
_GLOBAL: Final = re.compile(r"global '([A-Za-z_]\w*)'")


class Evaluation(NamedTuple):
    """How an input went."""

    values: tuple[Value, ...]
    """What it gave; tables can be asked for their elements until the next input."""
    stats: RunStats
    problem: RunProblem | None = None
    chunk: bytes = b""
    """The name of the input the problem's line is in."""
    refused_global: bytes | None = None
    """The global variable it tried to make, which scripts may not."""
    calls: tuple[CommandCall, ...] = ()


class _SessionHost(ScriptHost):
    """Answers what runs in a session."""

    def __init__(
        self, flavor: Flavor, table: CommandTable, rng: Drand48, on_debug: Callable[[int, tuple[Value, ...]], None]
    ) -> None:
        super().__init__(flavor, table, rng)
        self._on_debug: Final = on_debug
        self.values: Values | None = None
        self.functions_of_session: set[bytes] = set()

    def debug(self, line: int | None, *values: Any) -> None:
        """``redis.debug``."""
        assert self.values is not None
        self._on_debug(max(line or 0, 0), self.values.described(values))

    def prepare(self, chunk: bytes) -> tuple[bytes | None, bool]:
        """See ``ScriptHost``: the session's functions are the script's own, which may call themselves for ever."""
        prepared = bytecode.prepare(chunk, own_globals=frozenset(self.functions_of_session))
        return prepared.code, prepared.writes_globals


class LuaSession:
    """A state with variables that stay. It belongs to the thread that made it."""

    def __init__(self, runtime: Runtime, on_debug: Callable[[int, tuple[Value, ...]], None]) -> None:
        """``on_debug`` gets the line and the values of every ``redis.debug``."""
        self._host: Final = _SessionHost(runtime.flavor, runtime.table, runtime.rng, on_debug)
        self._host.begin(NoCommands(), runtime.watch(), ScriptPolicy())
        self._interpreter: Final = Interpreter(self._host, memory=runtime.limits.memory, tell_lines=True)
        self._interpreter.open({b"KEYS": (), b"ARGV": ()})
        functions = dict(self._interpreter.open_values().items())
        self._values: Final = Values(functions)
        self._host.values = self._values
        self._functions: Final[dict[bytes, Any]] = dict(self._interpreter.open_session().items())

    def give(self, keys: Sequence[bytes], args: Sequence[bytes]) -> None:
        """Let KEYS and ARGV be these from now on."""
        for name, values in ((b"KEYS", keys), (b"ARGV", args)):
            call_one(self._functions, "give", name, self._interpreter.list_table(values))

    def run(
        self, pieces: Sequence[Piece], name: bytes, runner: CommandRunner, policy: ScriptPolicy, watch: Watch
    ) -> Evaluation:
        """Run an input's pieces as the chunk ``name`` under the limits. What it declared until an error stays."""
        self._host.begin(runner, watch, policy)
        call_one(self._functions, "begin")
        chunk = b"@" + name
        self._host.functions_of_session |= {each for piece in pieces if piece.sees_itself for each in piece.names}
        try:
            body = call_one(self._functions, "body", self._compiled(pieces, chunk))
        except CompileFailure as failure:
            problem = compile_problem(failure.message, name, self._interpreter.lines_before)
            return Evaluation((), RunStats(), problem, name)
        start = time.perf_counter()
        outcome = self._interpreter.run(body)
        host = self._host
        stats = RunStats(
            time.perf_counter() - start, host.call_count, watch.instructions, self._interpreter.memory_used
        )
        refused = call_one(self._functions, "refused") or None
        if outcome.failure is None and outcome.stopped is None:
            values = tuple(each.value for each in variables_in(call_one(self._functions, "results")))
            return Evaluation(values, stats, calls=tuple(host.calls))
        problem, where = self._problem(outcome, chunk)
        return Evaluation((), stats, problem, where, refused, tuple(host.calls))

    def _compiled(self, pieces: Sequence[Piece], chunk: bytes) -> Any:
        table = self._interpreter.table
        made = []
        for piece in pieces:
            entry: dict[bytes, Any] = {b"itself": piece.sees_itself}
            if piece.code:
                entry[b"code"] = self._interpreter.compile(piece.code, chunk)
            if piece.names:
                entry[b"names"] = table(list(piece.names))
            made.append(table(entry))
        return table(made)

    def _problem(self, outcome: Outcome, chunk: bytes) -> tuple[RunProblem, bytes]:
        host = self._host
        if outcome.failure is None:
            reason = outcome.stopped or StopReason.INTERRUPTED
            return RunProblem("stopped", host.watch.explain(reason), None, reason.value, host.wrote), chunk[1:]
        where = outcome.failure.source or chunk
        told = failure_problem(outcome.failure, where, self._interpreter.lines_before)
        # To Lua the variables of the session are global, to a person they are not.
        names = {variable.name.decode("latin-1") for variable in self.variables()}
        message = _GLOBAL.sub(lambda match: f"local '{match[1]}'" if match[1] in names else match[0], told.message)
        return RunProblem("error", message, told.line), where.removeprefix(b"@")

    # -- looking; nothing of this runs code of the session's

    def elements(self, value: Value, start: int, count: int) -> Page:
        """Elements of a table of the last input's."""
        return self._values.elements(value.handle, start, count) or Page((), start, more=False)

    def variables(self) -> list[Variable]:
        """The variables of the session, by name."""
        return sorted(variables_in(call_one(self._functions, "variables")), key=lambda variable: variable.name)

    def globals(self) -> list[bytes]:
        """The names of all that is global."""
        return [name for name in call_one(self._functions, "globals").values() if isinstance(name, bytes)]

    def fields(self, path: Sequence[bytes]) -> list[Variable] | None:
        """What is in the table that a path of names leads to, some if it is large; None if it leads to none."""
        told = call_one(self._functions, "fields", self._interpreter.table(list(path)), _MOST_FIELDS)
        return None if told is None else variables_in(told[1])
