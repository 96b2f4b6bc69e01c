from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from ldbpy.lint.findings import FileResult, Group, Rule
from ldbpy.lint.fixes import fix_source
from ldbpy.lint.generate import INDEX, index
from ldbpy.lint.placed import placed
from ldbpy.lint.registry import BY_NAME, RULES, selected
from ldbpy.lint.runner import lint
from ldbpy.lint.scripts import Unit
from ldbpy.lint.targets import DEFAULT_TARGETS, Targets, parse_targets
from ldbpy.script.declared import Declared
from ldbpy.script.parser import parse
from tests.lint.markdown import FILES, marked_scripts, script_with, without_marks
from tests.lint.pages import Example, page

_HEADINGS = ("What it does", "Why", "Example", "Use instead")
_OPTIONAL = ("Known limits",)
_EVERY = selected(["all"], (), ())
_ANYHOW = tuple(rule._replace(needs=()) for rule in _EVERY)


def _lint(unit: Unit, rules: Sequence[Rule], targets: Targets = DEFAULT_TARGETS) -> FileResult:
    return lint("script.lua", unit.body, rules, targets, unit.called_with, unit.includes)


def _all_rules(_: str) -> frozenset[str]:
    return frozenset(BY_NAME)


def _found(example: Example, rule: str, folder: Path) -> list[str]:
    targets = parse_targets(tuple(example.info["target"].split(",")) if "target" in example.info else ())
    files = {name: text.encode() for name, text in example.files.items()}
    result = _lint(script_with(folder, example.code.encode(), files), _EVERY, targets)
    return [finding.rule for finding in result.findings if finding.rule == rule]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_marked_scripts(file: Path, tmp_path: Path) -> None:
    """What is marked in the scripts of a rule, and in their parts, is found, and nothing else."""
    for script in marked_scripts(file):
        folder = tmp_path / str(script.line)
        unit = script_with(folder, script.code, {name: part.code for name, part in script.parts.items()})
        rules = selected(script.select, (), ())
        result = _lint(unit, rules, parse_targets(script.targets))
        found = {
            os.path.relpath(each.path, folder) if unit.origins is not None else each.path: sorted(
                (finding.place.line, finding.severity.value, finding.rule) for finding in each.findings
            )
            for each in placed([(result, unit.origins)], _all_rules)
        }
        expected = {name: sorted(part.expected) for name, part in script.parts.items()}
        assert found == {"script.lua": sorted(script.expected), **expected}, f"{file.name}:{script.line}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_marked_scripts_of_every_rule(rule: object) -> None:
    """Every rule has scripts in which it finds something, and some in which it does not."""
    name = getattr(rule, "name", "")
    file = Path(__file__).parent / "rules" / f"{name}.md"
    scripts = marked_scripts(file) if file.exists() else []
    assert any(name in {found for _, _, found in script.expected} for script in scripts)
    lines = [line for script in scripts for line in script.code.splitlines()]
    assert len(lines) > sum(len(script.expected) for script in scripts)


@pytest.mark.parametrize("name", BY_NAME)
def test_page_of_a_rule(name: str, tmp_path: Path) -> None:
    """A page has the headings in order, a bad example in which the rule finds something and a good one without."""
    rule = BY_NAME[name]
    told = page(rule)
    assert [title for title in told.sections if title not in _OPTIONAL] == list(_HEADINGS)
    assert told.summary.endswith(".")
    assert told.examples("Example")
    for example in told.examples("Example"):
        assert _found(example, name, tmp_path), example.code
    for example in told.examples("Use instead"):
        assert not _found(example, name, tmp_path), example.code
        assert not parse(example.code.encode()).problems, example.code


@pytest.mark.parametrize("name", [name for name, rule in BY_NAME.items() if rule.fixable])
def test_fix_of_a_rule(name: str) -> None:
    """The fix of a fixable rule leaves nothing for the rule to find in the bad example, and compiles."""
    targets = parse_targets(())
    for example in page(BY_NAME[name]).examples("Example"):
        rules = _EVERY if BY_NAME[name].group is Group.LINT else (BY_NAME[name],)
        fixed = fix_source("x.lua", example.code.encode(), rules, targets, unsafe=True)
        assert fixed.applied
        found = [each.rule for each in lint("x.lua", fixed.source, rules, targets).findings]
        assert name not in found, fixed.source.decode()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_words_a_rule_needs(file: Path, tmp_path: Path) -> None:
    """No rule, not only the one they are for, has anything to say of scripts without all the words it needs."""
    for script in marked_scripts(file):
        targets = parse_targets(script.targets)
        parts = {name: part.code for name, part in script.parts.items()}
        unit = script_with(tmp_path / str(script.line), without_marks(script.code), parts)
        for called_with in (None, Declared(keys=1, args=1)):
            unit = unit._replace(called_with=called_with)
            assert _lint(unit, _EVERY, targets) == _lint(unit, _ANYHOW, targets), script.line


def test_words_are_in_small_letters() -> None:
    """So is the text they are looked for in."""
    words = [word for rule in RULES for need in rule.needs for word in ((need,) if isinstance(need, bytes) else need)]
    assert [word.lower() for word in words] == words


def test_rule_modules() -> None:
    """Each rule is named after its module; names and codes are unique."""
    for rule in RULES:
        module = importlib.import_module(f"ldbpy.lint.rules.{rule.name.replace('-', '_')}")
        assert rule == module.RULE
        assert rule.by_runner != hasattr(module, "check")
    assert len({rule.code for rule in RULES}) == len(RULES) == len(BY_NAME)


def _plain(text: str) -> str:
    """The text without what the formatter changes."""
    return "".join(text.replace("'", '"').split()).replace(",)", ")")


def test_index_is_fresh() -> None:
    """The index says what the modules say: ``python -m ldbpy.lint.generate`` writes it."""
    assert _plain(INDEX.read_text("utf-8")) == _plain(index())


def test_count_of_marked_lines() -> None:
    """There are many scripts: their number may only rise."""
    assert sum(len(script.expected) for file in FILES for script in marked_scripts(file)) >= 1_600
