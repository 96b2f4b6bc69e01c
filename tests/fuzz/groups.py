"""The groups of random bodies, and Hypothesis at work on them.

A body is compared on its own, so Hypothesis makes many of one rather than few lists of them, of which it would repeat
most; and a body is short already, so that nothing is gained by shrinking it.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Final, NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.conversions import REPLIES, RETURNS
from tests.fuzz.libraries import BIT, CJSON_DECODE, CJSON_ENCODE, CMSGPACK, STRUCT
from tests.fuzz.numbers import ARGUMENTS, FORMATS, NUMBER_TEXTS

__all__ = ["GROUPS", "generated"]

_FACTOR: Final = int(os.environ.get("LDBPY_FUZZ_FACTOR", "1"))
_SEED: Final = os.environ.get("LDBPY_FUZZ_SEED")


class Group(NamedTuple):
    """Bodies of one kind."""

    bodies: st.SearchStrategy[str]
    cases: int
    """How many different ones are compared, at least."""
    returned: bool = False
    """Whether they are compared as replies, not as text."""


GROUPS: Final = {
    "cjson.encode": Group(CJSON_ENCODE, 1200),
    "cjson.decode": Group(CJSON_DECODE, 1600),
    "cmsgpack": Group(CMSGPACK, 1200),
    "struct": Group(STRUCT, 1400),
    "bit": Group(BIT, 900),
    "numbers": Group(NUMBER_TEXTS, 1200),
    "string.format": Group(FORMATS, 1000),
    "arguments": Group(ARGUMENTS, 700),
    "replies": Group(REPLIES, 500),
    "returns": Group(RETURNS, 1200, returned=True),
}


@cache
def generated(name: str) -> tuple[str, ...]:
    """The different bodies of a group, the same in every run."""
    group = GROUPS[name]
    found: dict[str, None] = {}

    @settings(
        max_examples=_FACTOR * (group.cases * 5 // 4 + 50),
        derandomize=_SEED is None,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(body=group.bodies)
    def collect(body: str) -> None:
        found[body] = None

    (collect if _SEED is None else seed(int(_SEED))(collect))()
    return tuple(found)
