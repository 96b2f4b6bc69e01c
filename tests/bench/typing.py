"""Help while typing, with many names: what a key waits for."""

from __future__ import annotations

import time
from collections.abc import Callable

from ldbpy.assist.check import check
from ldbpy.assist.complete import complete
from ldbpy.assist.hint import hint
from ldbpy.assist.names import KnownNames
from ldbpy.assist.records import Kind, Language, Name
from tests.bench.measure import row, title

__all__ = ["bench_typing"]

_NAMES = 100_000
_SCRIPT = "local total = 0\nfor i = 1, 10 do total = total + tonumber(redis.call('GET', KEYS[1])) end\n" * 200


def bench_typing() -> None:
    """The 95th percentile of milliseconds, with 100,000 variables and as many keys."""
    title(f"help while typing (95th percentile of 100), {_NAMES:,} variables and {_NAMES:,} keys")
    names = KnownNames(
        (Name(f"variable_{number}", Kind.GLOBAL) for number in range(_NAMES)),
        {("user",): [Name(f"field_{number}", Kind.FIELD) for number in range(_NAMES)]},
        (f"user:{number}" for number in range(_NAMES)),
    )
    redis = Language(redis=True)
    for what, text, ask in (
        ("completion of a variable", "variable_4", lambda text: complete(text, len(text), names)),
        ("completion of all there is", "", lambda text: complete(text, len(text), names)),
        ("completion of a field", "user.f", lambda text: complete(text, len(text), names)),
        ("completion of a key in redis.call", "redis.call('GET', 'us", lambda text: complete(text, len(text), names)),
        ("completion of all commands", "", lambda text: complete(text, len(text), names, redis)),
        ("completion behind 400 lines", _SCRIPT + "variable_4", lambda text: complete(text, len(text), names)),
        ("hint behind 400 lines", _SCRIPT + "redis.call('SET', ", lambda text: hint(text, len(text), names)),
        ("mistakes in 100 lines", _SCRIPT[: len(_SCRIPT) // 4], lambda text: check(text, names)),
    ):
        took = _slow(ask, text)
        row(what, f"{took:.1f} ms", "<= 30 ms", ok=took <= 30)


def _slow(ask: Callable[[str], object], text: str) -> float:
    """Milliseconds that 95 of 100 calls do not exceed. Nothing is kept from one to the next but what a prompt keeps."""
    ask(text)
    times = []
    for _ in range(100):
        started = time.perf_counter()
        ask(text)
        times.append(time.perf_counter() - started)
    return sorted(times)[94] * 1000
