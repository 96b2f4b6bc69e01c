from __future__ import annotations

import random
from pathlib import Path

import pytest

from ldbpy.lint.findings import Group, Severity
from ldbpy.lint.fixes import compiles, fix_source
from ldbpy.lint.registry import BY_NAME, selected
from ldbpy.lint.runner import lint
from ldbpy.lint.targets import DEFAULT_TARGETS, parse_targets
from ldbpy.script.parser import parse
from tests.lint.markdown import FILES, marked_scripts

_ROOT = Path(__file__).parent.parent.parent
_SCRIPTS = sorted(
    [*(_ROOT / "tests/unit/script/scripts").glob("*.lua"), *(_ROOT / "tests/lint/corpus").glob("*.lua")],
    key=lambda path: path.name,
)
_EXAMPLES = [path for path in sorted((_ROOT / "docs/examples").glob("*.lua")) if path.name != "claim.lua"]
_EVERY = selected(["all"], (), ())


@pytest.mark.parametrize("path", [*_SCRIPTS, *_EXAMPLES], ids=lambda path: path.name)
def test_correct_scripts_are_quiet(path: Path) -> None:
    """Correct, realistic scripts have nothing that is on by default and more than a note."""
    assert lint(path.name, path.read_bytes(), selected((), (), ())).findings == ()


def test_there_are_enough_scripts() -> None:
    """There are many correct scripts, and long ones among them: what is quiet on them says something."""
    lines = [len(path.read_bytes().splitlines()) for path in _SCRIPTS]
    assert len(lines) >= 99
    assert sum(lines) >= 2_000
    assert max(lines) >= 150


def test_the_example_with_a_mistake() -> None:
    """The script the tutorial debugs has the mistake it is about, and no other."""
    path = _ROOT / "docs/examples/claim.lua"
    found = lint(path.name, path.read_bytes(), selected((), (), ())).findings
    assert [finding.rule for finding in found] == ["nil-reply-compare"]


@pytest.mark.parametrize("path", _SCRIPTS, ids=lambda path: path.name)
def test_no_error_for_any_server(path: Path) -> None:
    """With every rule on and for every server, correct scripts have no errors, but for what a server does not have."""
    targets = parse_targets(["redis", "valkey"])
    found = lint(path.name, path.read_bytes(), _EVERY, targets).findings
    errors = [each.rule for each in found if each.severity is Severity.ERROR]
    assert [rule for rule in errors if BY_NAME[rule].group is not Group.COMPAT] == []


def test_far_behind_its_test() -> None:
    """Where looking back to the test would take too long, the linter is silent."""
    many = b"if ARGV[1] == 'x' then redis.call('DEL', KEYS[2]) end\n" * 600
    source = b"local v = redis.call('GET', KEYS[1])\nif not v then return 0 end\n%sreturn v + 1\n" % many
    found = lint("x.lua", source, selected(["nullable-in-arithmetic"], (), ())).findings
    assert found == ()


_PIECES = [
    b"nil", b"==", b"redis.call", b"redis", b"KEYS[1]", b"(", b")", b"{", b"}", b"'GET'", b"'SET'", b"local x", b"...",
    b"if", b"then", b"end", b"function", b"return", b",", b"=", b"0", b"not", b"..", b"#", b"[", b"]", b"for", b"do",
    b"while true do", b"repeat", b"until", b"unpack(", b"\xff", b"--[[", b"\n", b"'", b"#!lua name=x\n", b"-- ldbpy: ",
]  # fmt: skip


def _mutated(source: bytes, rng: random.Random) -> bytes:
    """The source with a few pieces cut out, doubled, moved or put in."""
    for _ in range(rng.randint(1, 4)):
        start = rng.randrange(len(source) + 1)
        end = min(len(source), start + rng.randint(0, 12))
        way = rng.randrange(4)
        middle = (b"", source[start:end] * 2, rng.choice(_PIECES), b" " + rng.choice(_PIECES) + b" ")[way]
        source = source[:start] + middle + source[end:]
    return source


def test_mutations_of_scripts() -> None:
    """Whatever becomes of a script, the linter goes through it; what does not compile is a syntax error."""
    rng = random.Random(20261120)
    sources = [path.read_bytes() for path in (*_SCRIPTS, *_EXAMPLES)]
    broken = 0
    for _ in range(600):
        source = _mutated(rng.choice(sources), rng)
        found = lint("mutated.lua", source, _EVERY).findings
        problems = parse(source).problems
        broken += bool(problems)
        assert any(finding.rule == "syntax-error" for finding in found) == bool(problems)
        if problems:
            lines = {finding.place.line for finding in found}
            assert problems[0].line in lines or min(lines) <= problems[0].line
        for finding in found:
            assert 0 <= finding.start <= finding.end <= len(source)
    assert 200 < broken < 600


def test_fixes_of_mutated_scripts_compile() -> None:
    """A fix never breaks a script that compiled."""
    rng = random.Random(7)
    sources = [path.read_bytes() for path in (*_SCRIPTS, *_EXAMPLES)]
    for _ in range(100):
        source = _mutated(rng.choice(sources), rng)
        if not parse(source).problems and compiles(source):
            assert compiles(fix_source("x.lua", source, _EVERY, parse_targets(()), unsafe=True).source)


def test_nothing_fixable_is_left() -> None:
    """After the fixes a script compiles and has nothing left that they could fix, and fixing again changes nothing."""
    rng = random.Random(11)
    sources = [script.code for file in FILES for script in marked_scripts(file)]
    sources += [_mutated(rng.choice(sources), rng) for _ in range(60)]
    changed = 0
    for source in sources:
        if parse(source).problems or not compiles(source):
            continue
        fixed = fix_source("x.lua", source, _EVERY, DEFAULT_TARGETS, unsafe=True).source
        assert compiles(fixed)
        left = [finding for finding in lint("x.lua", fixed, _EVERY).findings if finding.fix is not None]
        assert left == [], (source.decode("latin-1"), fixed.decode("latin-1"))
        changed += fixed != source
    assert changed > 40
