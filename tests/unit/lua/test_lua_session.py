from __future__ import annotations

import re
import time
from collections.abc import Sequence
from random import Random

import pytest

from ldbpy.flavors import FLAVORS
from ldbpy.lua.host import ScriptPolicy
from ldbpy.lua.limits import Limits, Watch
from ldbpy.lua.session import Evaluation, LuaSession
from ldbpy.model.debugging import Value
from ldbpy.script.pieces import read_input
from ldbpy.script.source import Script
from ldbpy.targets.embedded import EmbeddedServer
from ldbpy.targets.run_options import RunOptions
from tests.engine.programs import program

ALL = [*FLAVORS]


class Typed:
    """A session that is typed at."""

    def __init__(self, flavor: str = "redis-8", limits: Limits | None = None) -> None:
        self.server = EmbeddedServer(FLAVORS[flavor], limits=limits)
        self.debugged: list[tuple[Value, ...]] = []
        self.session = LuaSession(self.server.runtime, lambda _, values: self.debugged.append(values))
        self._count = 0

    def run(self, text: str, watch: Watch | None = None) -> Evaluation:
        """How an input goes."""
        understood = read_input(text.encode())
        assert understood.problem is None, understood.problem
        self._count += 1
        runner = self.server.store.script_client(0)
        name = b"input%d" % self._count
        return self.session.run(understood.pieces, name, runner, ScriptPolicy(), watch or self.server.runtime.watch())

    def values(self, *texts: str) -> list[object]:
        """What the last of some inputs gives; none of them fails."""
        for text in texts:
            evaluation = self.run(text)
            assert evaluation.problem is None, (text, evaluation.problem)
        return [value.data for value in evaluation.values]

    def error(self, *texts: str) -> str:
        """How the last of some inputs fails."""
        *before, last = texts
        if before:
            self.values(*before)
        problem = self.run(last).problem
        assert problem is not None
        return problem.message


@pytest.mark.parametrize("flavor", ALL)
def test_locals_stay(flavor: str) -> None:
    """A local of one input is there in the next, and can be assigned to."""
    assert Typed(flavor).values("local x = 1", "x = x + 1", "x, x * 10") == [2, 20]


@pytest.mark.parametrize("flavor", ALL)
def test_functions_share_variables(flavor: str) -> None:
    """What a function does to a variable is seen by later input, and the other way round."""
    count = "local function count() n = n + 1 return n end"
    assert Typed(flavor).values("local n = 0", count, "count() count()", "n = n * 10", "count()") == [21]


@pytest.mark.parametrize("flavor", ALL)
def test_function_keeps_the_variable_it_was_made_with(flavor: str) -> None:
    """A second declaration is another variable, as in a script."""
    typed = Typed(flavor)
    assert typed.values("local x = 'old'", "local function get() return x end", "local x = 'new'", "get(), x") == [
        b"old",
        b"new",
    ]


def test_two_declarations_in_one_input() -> None:
    """That holds within one input, too."""
    text = "local x = 1 local function get() return x end local x = 2 return get(), x"
    assert Typed().values(text) == [1, 2]


def test_value_of_a_declaration_sees_the_variable_before() -> None:
    """``local x = x`` takes the value of the one before."""
    assert Typed().values("local x = 3", "local x = x + 1", "x") == [4]


def test_local_function_calls_itself_without_end() -> None:
    """A function may call itself in tail position as often as it likes, as a script's own may."""
    text = "local function down(n) if n == 0 then return 'done' end return down(n - 1) end"
    assert Typed().values(text, "down(100000)") == [b"done"]


def test_names_without_values() -> None:
    """Names for which there are no values are nil, and declared."""
    assert Typed().values("local a, b = 1", "local c", "a, b, c") == [1, None, None]


def test_surplus_values_are_dropped() -> None:
    """Values for which there are no names are lost."""
    assert Typed().values("local a = (function() return 1, 2 end)()", "a") == [1]


def test_return_ends_the_input() -> None:
    """What stands behind a ``return`` inside of a block does not run."""
    typed = Typed()
    assert typed.values("if true then return 5 end local late = 1") == [5]
    assert "late" in typed.error("late")


def test_statements_give_nothing() -> None:
    """Statements without ``return`` show no value."""
    assert Typed().values("local x = 1 for i = 1, 3 do x = x + i end") == []


@pytest.mark.parametrize("flavor", ALL)
def test_global_is_refused_and_named(flavor: str) -> None:
    """No global can be made, and the one that was meant is told."""
    evaluation = Typed(flavor).run("total = 3")
    assert evaluation.problem is not None
    assert evaluation.refused_global == b"total"


@pytest.mark.parametrize("flavor", ["redis-6.2", "redis-7.0", "redis-8", "valkey-9"])
def test_words_of_a_refusal_are_the_servers(flavor: str) -> None:
    """A global that is not there, and one that is written, are told as by the script that does the same."""
    typed = Typed(flavor)
    for code in ("return nothing", "made = 1", "local f = function() made = 1 end f()"):
        report = typed.server.call([b"EVAL", code.encode(), b"0"])
        assert typed.error(code) in repr(report), code


def test_loaded_code_sees_no_locals() -> None:
    """As in a script, what ``loadstring`` compiles does not see them."""
    assert "nonexistent global variable 'x'" in Typed().error("local x = 1", "loadstring('return x')()")


def test_function_does_not_see_what_is_declared_later() -> None:
    """A name that is declared behind a function is not the one in it."""
    message = Typed().error("local function f() return late end", "local late = 1", "f()")
    assert message == "Script attempted to access nonexistent global variable 'late'"


def test_error_leaves_what_was_before() -> None:
    """What an input declared until its error stays, and so does all else."""
    typed = Typed()
    assert typed.error("local a = 1", "local b = 2 error('no') local c = 3") == "no"
    assert typed.values("a + b") == [3]
    assert "'c'" in typed.error("c")


def test_errors_call_variables_local() -> None:
    """An error names a variable of the session as local, which to a person it is."""
    assert Typed().error("local limit", "limit + 1") == "attempt to perform arithmetic on local 'limit' (a nil value)"


def test_error_names_input_and_line() -> None:
    """An error in a function of an earlier input is told with that input's name and line."""
    typed = Typed()
    typed.values("local function f()\n  error('no')\nend")
    evaluation = typed.run("f()")
    assert evaluation.problem is not None
    assert (evaluation.chunk, evaluation.problem.line) == (b"input1", 2)


@pytest.mark.parametrize("flavor", ["redis-8", "dragonfly"])
def test_session_goes_on_after_it_was_stopped(flavor: str) -> None:
    """An endless loop that is interrupted leaves a session that runs and keeps its variables."""
    typed = Typed(flavor)
    typed.values("local x = 1")
    watch = typed.server.runtime.watch()
    watch.interrupt()
    stopped = typed.run("while true do end", watch)
    assert stopped.problem is not None
    assert stopped.problem.stop_reason == "interrupted"
    assert typed.values("x + 1") == [2]


def test_pcall_does_not_survive_an_interrupt() -> None:
    """Nothing that is typed can keep itself alive, and what is typed next runs."""
    typed = Typed()
    watch = Watch(Limits(seconds=0.05), time.monotonic)
    stopped = typed.run("while true do pcall(function() while true do end end) end", watch)
    assert stopped.problem is not None
    assert stopped.problem.stop_reason == "time"
    assert typed.values("1") == [1]


def test_session_goes_on_after_too_much_memory() -> None:
    """Values that do not fit end the input; the session goes on without them."""
    typed = Typed(limits=Limits(memory=8 << 20))
    assert "MiB" in typed.error("do local t = {} for i = 1, 1e8 do t[i] = {i} end end")
    assert typed.values("1 + 1") == [2]


def test_commands_run_under_the_rules_of_scripts() -> None:
    """``redis.call`` runs commands, and refuses what a script may not call."""
    typed = Typed()
    assert typed.values("redis.call('SET', 'k', 'v')", "redis.call('GET', 'k')") == [b"v"]
    assert typed.error("redis.call('SUBSCRIBE', 'x')") == "This Redis command is not allowed from script"


def test_keys_and_arguments_are_given() -> None:
    """KEYS and ARGV are what was given last; their elements can be changed."""
    typed = Typed()
    typed.session.give([b"a", b"b"], [b"1"])
    assert typed.values("KEYS[3] = 'c'", "#KEYS, KEYS[2], ARGV[1]") == [3, b"b", b"1"]
    typed.session.give([], [])
    assert typed.values("#KEYS, #ARGV") == [0, 0]


def test_debug_output_is_told() -> None:
    """``redis.debug`` hands over its values."""
    typed = Typed()
    typed.values("redis.debug('a', 2)")
    assert [[value.data for value in values] for values in typed.debugged] == [[b"a", 2]]


def test_looking_runs_no_code() -> None:
    """Variables and fields are read without metamethods, and what is no table has no fields."""
    typed = Typed()
    trap = "setmetatable({real = 1}, {__index = function() error('ran') end, __tostring = function() error('ran') end})"
    typed.values(f"local t = {trap}", "local n = 1")
    assert _names(typed.session.variables()) == [b"n", b"t"]
    assert _names(typed.session.fields([b"t"]) or ()) == [b"real"]
    assert typed.session.fields([b"t", b"none"]) is None
    assert typed.session.fields([b"n"]) is None
    assert typed.session.fields([b"nobody"]) is None
    assert b"call" in _names(typed.session.fields([b"redis"]) or ())


def _names(variables: Sequence[object]) -> list[object]:
    return [getattr(variable, "name", None) for variable in variables]


@pytest.mark.parametrize("flavor", ["redis-8", "dragonfly"])
def test_looking_after_a_stop(flavor: str) -> None:
    """A library that nothing has looked into yet can be shown after an input was stopped."""
    typed = Typed(flavor)
    typed.values("local codec = cjson")
    watch = typed.server.runtime.watch()
    watch.interrupt()
    assert typed.run("while true do end", watch).problem is not None
    assert _names(typed.session.variables()) == [b"codec"]
    assert {b"redis", b"tonumber", b"KEYS"} <= set(typed.session.globals())
    assert typed.values("codec.encode({1})") == [b"[1]"]


def test_many_declarations() -> None:
    """A session has room for more variables than a script's 200, and stays quick."""
    typed = Typed()
    for number in range(300):
        typed.values(f"local v{number} = {number}")
    assert typed.values("v0 + v299") == [299]


@pytest.mark.parametrize("seed", range(40))
def test_statements_one_by_one_are_one_script(seed: int) -> None:
    """A program typed statement by statement gives what the script gives that all of them make."""
    # What is added first is Lua's own affair, and differs: a local of a script is read after the call beside it.
    source = re.sub(rb"total \+ (\(f\d\([^()]*\) or 0\))", rb"\1 + total", program(Random(seed)))
    typed = Typed()
    report = typed.server.run(Script(source), [], [], RunOptions())
    assert report.problem is None, source.decode()
    *before, last = [piece.text.decode() for piece in read_input(source).pieces]
    assert typed.values(*before, last) == [report.reply], source.decode()
