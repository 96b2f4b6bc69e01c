"""Step by step through the same scripts: our debugger, and the own one of every real server."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from ldbpy.engine.session import Session
from ldbpy.engine.stops import StepKind
from ldbpy.flavors import FLAVORS
from ldbpy.model.debugging import Stopped, Value, ValueKind
from tests.engine.ldb import LdbStop, walk
from tests.engine.walker import arrive, opened, step
from tests.servers.fixtures import RealServers
from tests.servers.found import SERVER_FLAVORS

KEYS, ARGS = (b"key",), (b"5",)


class Difference(NamedTuple):
    """Where the two stop at different lines, and why."""

    ours: list[int]
    theirs: list[int]
    reason: str


FUNCTION_END = "the server makes a function, or a call with one in it, where the function's text ends; here it begins"
ONE_LINE = "the server stops once on a line; here at each statement, told apart by column"
NO_CODE = "a local variable without a value is no instruction at the beginning of a function, so the server passes it"
LINES = "the server stops at the lines of one statement's parts; here once, where it begins"
LOOP_HEAD = "back at the head of a for loop, the variables of the turn that has ended can still be seen here"
SCRIPT_END = "at the end of the script, its variables can still be seen here"

DIFFERENCES = {
    "one line if": Difference([1, 2, 2, 3, 3, 4], [1, 2, 3, 4], ONE_LINE),
    "break": Difference([1, 2, 3, 2, 3, 2, 3, 4, 5, 8], [2, 3, 2, 3, 2, 3, 4, 5, 8], NO_CODE),
    "function": Difference([1, 4, 2, 5, 2, 6], [3, 4, 2, 5, 2, 6], FUNCTION_END),
    "local function": Difference([1, 5, 2, 3], [4, 5, 2, 3], FUNCTION_END),
    "function without return": Difference([1, 2, 5, 3, 4, 6, 3, 4, 7], [1, 4, 5, 3, 4, 6, 3, 4, 7], FUNCTION_END),
    "recursion": Difference([1, 7, 2, 5, 2, 5, 2, 5, 2, 3, 8], [6, 7, 2, 5, 2, 5, 2, 5, 2, 3, 8], FUNCTION_END),
    "closures": Difference([1, 8, 2, 3, 9, 4, 5, 10, 4, 5], [7, 8, 2, 6, 9, 4, 5, 10, 4, 5], FUNCTION_END),
    "varargs": Difference([1, 5, 2, 3], [4, 5, 2, 3], FUNCTION_END),
    "failed pcall": Difference([1, 4, 2, 5, 6], [3, 4, 2, 5, 6], FUNCTION_END),
    "several on a line": Difference([1, 1, 2, 2, 3], [1, 2, 3], ONE_LINE),
    "coroutine": Difference([1, 5, 2, 6, 3, 7], [1, 4, 1, 5, 2, 6, 3, 7], FUNCTION_END),
    "tail call": Difference([1, 4, 7, 5, 2], [3, 6, 7, 5, 2], FUNCTION_END),
    "method": Difference([1, 2, 5, 3, 4, 6, 3, 4, 7], [1, 4, 2, 5, 3, 4, 6, 3, 4, 7], FUNCTION_END),
    "table field function": Difference([1, 2, 5, 3, 6], [1, 4, 5, 3, 6], FUNCTION_END),
    "multi-line call": Difference([1, 5], [1, 2, 4, 1, 5], LINES),
}
VISIBLE = {
    "numeric for": (LOOP_HEAD, {b"i"}),
    "generic for": (LOOP_HEAD, {b"index", b"value"}),
    "nested for": (LOOP_HEAD, {b"i", b"j"}),
    "ends with a block": (SCRIPT_END, {b"n"}),
}
"""Variables that are seen here where the server no longer shows them, and why."""


def _scripts() -> dict[str, bytes]:
    text = (Path(__file__).parent / "side_by_side.txt").read_bytes()
    parts = [part.partition(b"\n") for part in text.removeprefix(b"=== ").split(b"\n=== ")]
    return {name.decode(): body for name, _, body in parts}


SCRIPTS = _scripts()
PAIRS = [pytest.param(flavor, name, id=f"{flavor}: {name}") for flavor in SERVER_FLAVORS for name in SCRIPTS]


def _ours(source: bytes) -> list[LdbStop]:
    stops = []
    with opened(source, keys=KEYS, args=ARGS) as session:
        session.start()
        stopped = arrive(session)
        while stopped is not None:
            stops.append(_stop(session, stopped))
            stopped = step(session, StepKind.STEP_IN)
    return stops


def _stop(session: Session, stopped: Stopped) -> LdbStop:
    scopes = session.ask(lambda: session.backend.scopes(0))
    return LdbStop(stopped.line, {each.name: _text(each.value) for each in scopes.locals})


def _text(value: Value) -> bytes:
    """A scalar as a server writes it, quotes left out; of others the type."""
    match value.kind:
        case ValueKind.NUMBER:
            assert isinstance(value.data, int | float)
            return b"%g" % value.data
        case ValueKind.STRING:
            return bytes(value.data or b"")  # type: ignore[arg-type]
        case ValueKind.NIL | ValueKind.BOOLEAN:
            return str(value.data).lower().replace("none", "nil").encode()
        case _:
            return value.kind.value.encode()


def _theirs(text: bytes) -> bytes:
    text = text.strip()
    if text.startswith(b"{"):
        return b"table"
    for kind in (b"function", b"thread", b"userdata"):
        if text.startswith((b'"' + kind + b"@", kind + b"@")):
            return kind
    if text.startswith(b'"') and text.endswith(b'"') and len(text) > 1:
        return text[1:-1].replace(b'\\"', b'"')
    return text


@pytest.mark.parametrize(("flavor", "name"), PAIRS)
def test_side_by_side(flavor: str, name: str, real_servers: RealServers) -> None:
    """Both stop at the same lines, with the same values, but for the differences that are listed."""
    server = real_servers.get(flavor)
    theirs, _ = walk(server.socket, SCRIPTS[name], KEYS, ARGS)
    ours = _ours(SCRIPTS[name])
    our_lines = [stop.line for stop in ours]
    their_lines = [stop.line for stop in theirs]
    known = DIFFERENCES.get(name)
    if known is not None:
        assert (our_lines, their_lines) == (known.ours, known.theirs), known.reason
        return
    assert our_lines == their_lines
    for mine, other in zip(ours, theirs, strict=True):
        told = {
            key: _theirs(value) for key, value in other.variables.items() if not key.startswith(b"(") and key != b"arg"
        }
        more = {key for key in mine.variables if key not in told}
        assert more <= VISIBLE.get(name, ("", set()))[1], f"at line {mine.line}"
        assert {key: mine.variables[key] for key in told} == told, f"at line {mine.line}"


def test_there_are_thirty_scripts() -> None:
    """The scripts are as many as is claimed."""
    assert len(SCRIPTS) >= 30
    assert set(DIFFERENCES) <= set(SCRIPTS)
    assert set(VISIBLE) <= set(SCRIPTS)
    assert {FLAVORS[name].name for name in SERVER_FLAVORS} == set(SERVER_FLAVORS)
