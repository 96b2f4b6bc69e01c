"""Commands of all golden sessions typed at random: nothing that is typed ends the program or makes it wait for ever."""

from __future__ import annotations

from random import Random

import pytest

from ldbpy.console.console import Console
from ldbpy.render.style import PLAIN
from tests.engine.sessions import CLOCK, FOLDER, among_files, opened, read_golden

_LARGE = ("big-values", "deep-recursion", "swallowed-errors", "swallowed-in-coroutine")
"""Scripts that take long, or for ever if nothing stops them."""
_CASES = [read_golden(path) for path in sorted(FOLDER.glob("*.ldb")) if path.stem not in _LARGE]
_TYPED = sorted({line for case in _CASES for line in case.commands if not line.startswith(("c", "alias", "source"))})
_OFTEN = [
    "n",
    "s",
    "s",
    "finish",
    "c",
    "restart",
    "up",
    "down",
    "bt",
    "locals",
    "watch n",
    "catch raised",
    "b 3",
    "n 3",
]


@pytest.mark.parametrize("seed", range(4))
def test_random_commands_are_survived(seed: int) -> None:
    """A hundred sessions of twenty commands each."""
    rng = Random(seed)
    for _ in range(100):
        told: list[str] = []
        case = rng.choice(_CASES)
        with among_files(case):
            session = opened(case)
            console = Console(session, session.backend.script, told.append, PLAIN, now=lambda: CLOCK // 1000)
            try:
                session.load()
                console.start()
                console.run(rng.choice(_TYPED if rng.random() < 0.6 else _OFTEN) for _ in range(20))
            finally:
                session.close()
        assert not any("Traceback" in text or "(ldbpy)" in text for text in told)
