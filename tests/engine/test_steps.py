"""Every step against what a trace of the whole program says of it."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ldbpy.engine.stops import StepKind
from ldbpy.flavors import DEFAULT_FLAVOR
from tests.engine.programs import program
from tests.engine.walker import Spot, arrive, opened, spot, step, trace

_LONGEST = 120
PROGRAMS = 2000
PROGRAMS_OF_5_4 = 100


def expected(spots: list[Spot], start: int, kind: StepKind) -> Spot | None:
    """Where a step from a place must end: by thread and depth, or where its thread gave up control.

    A function called with ``return f()`` stands as deep as the one that did, and is stepped over like any other.
    """
    begun = spots[start]
    for later in spots[start + 1 :]:
        if kind is StepKind.STEP_IN:
            return later
        if begun.thread not in later.chain:  # it has yielded, ended or died
            return later
        limit = begun.depth if kind is StepKind.NEXT else begun.depth - 1
        here = later.thread == begun.thread and later.depth <= limit
        if here and later.functions[0] in begun.functions[begun.depth - limit :]:
            return later
    return None


@settings(
    max_examples=PROGRAMS,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.integers(0, 10**9))
def test_steps_stop_where_the_trace_says(seed: int) -> None:
    """Step in, over and out of random places of random programs stop where they must."""
    rng = Random(seed)
    _check_a_step(rng, program(rng), DEFAULT_FLAVOR)


@pytest.mark.parametrize("syntax", ["", "local whole <const> = 7 // 2\n"], ids=["instrumented", "at lines"])
@settings(max_examples=PROGRAMS_OF_5_4, derandomize=True, database=None, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_steps_in_lua_5_4(syntax: str, seed: int) -> None:
    """They do in Dragonfly's Lua, whose scripts have no coroutines, also where Lua's line hook stops them."""
    rng = Random(seed)
    _check_a_step(rng, syntax.encode() + program(rng, coroutines=False), "dragonfly")


def _check_a_step(rng: Random, source: bytes, flavor: str) -> None:
    with opened(source, flavor=flavor) as session:
        spots = trace(session, _LONGEST)
        complete = len(spots) < _LONGEST
        start = rng.randrange(min(len(spots), 40))
        kind = rng.choice([StepKind.NEXT, StepKind.NEXT, StepKind.STEP_OUT, StepKind.STEP_IN])
        session.start()
        stopped = arrive(session)
        for _ in range(start):
            stopped = step(session, StepKind.STEP_IN)
        assert stopped is not None
        assert spot(session, stopped) == spots[start]
        found = step(session, kind)
        wanted = expected(spots, start, kind)
        if wanted is None:
            assert found is None or not complete, source.decode()
        else:
            assert found is not None, source.decode()
            assert spot(session, found) == wanted, f"{kind} from {spots[start]}\n{source.decode()}"
