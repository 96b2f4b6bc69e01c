"""Every escape in a script that is debugged, which is another text or has a hook besides the one that watches it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ldbpy.engine.session import Session
from ldbpy.engine.stops import StepKind
from ldbpy.model.runs import RunReport
from ldbpy.script.source import Script
from ldbpy.targets.run_options import RunOptions
from ldbpy.wiring import open_session
from tests.engine.walker import arrive, step
from tests.security.attacks import Attack, outside, server_of
from tests.security.test_escapes import ESCAPES

_FLAVOR = "dragonfly"
_AT_LINES = " local whole <const> = 7 // 2 "
"""What keeps a script from being instrumented."""


def _report(session: Session) -> RunReport:
    """Step through it, and in the end let it run."""
    session.start()
    stopped = arrive(session)
    for kind in (StepKind.STEP_IN, StepKind.STEP_IN, StepKind.CONTINUE):
        if stopped is not None:
            stopped = step(session, kind)
    assert session.ended is not None
    return session.ended.report


@pytest.mark.parametrize("before", ["", _AT_LINES], ids=["instrumented", "at lines"])
@pytest.mark.parametrize(
    "attack", [each for each in ESCAPES if _FLAVOR in each.flavors], ids=lambda attack: attack.name
)
def test_debugged(attack: Attack, before: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In Lua 5.4 it ends as it does without a debugger, and leaves nothing behind."""
    monkeypatch.chdir(tmp_path)
    untouched = outside(tmp_path)
    script = Script((before + attack.script).encode("latin-1"))
    options = RunOptions(strict_keys=attack.strict_keys)
    server = server_of(_FLAVOR, attack.seconds)
    expected = attack.expectation(server.run(script, attack.keys, [b"an argument"], options))
    session = open_session(server, lambda: script, attack.keys, [b"an argument"], options)
    session.stop_on_uncaught = False
    try:
        report = _report(session)
    finally:
        session.close()
    assert attack.expectation(report) == expected, report
    assert outside(tmp_path) == untouched
