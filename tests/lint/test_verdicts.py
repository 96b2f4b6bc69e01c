"""What the linter says of scripts that do not compile, against a real Lua 5.1."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ldbpy.lint.registry import RULES, selected
from ldbpy.lint.runner import lint
from tests.lint.markdown import FILES, marked_scripts
from tests.lint.pages import page
from tests.unit.script.corpus import mutants
from tests.unit.script.oracle import lua_says, we_say

_CORPUS = [path.read_bytes() for path in sorted((Path(__file__).parent / "corpus").glob("*.lua"))]
_EVERY = selected(["all"], (), ())


def test_mutants_are_syntax_errors_where_lua_says_so() -> None:
    """Of scripts with one wrong token the linter finds a syntax error if there is one, with Lua's message and line."""
    broken: Counter[str] = Counter()
    for how, _, mutant in mutants(600, 600, _CORPUS):
        said = lua_says(mutant)
        found = [each for each in lint("x.lua", mutant, _EVERY).findings if each.rule == "syntax-error"]
        assert (min(found, key=lambda each: each.place.line).place.line if found else None) == (said and said[0]), (
            mutant
        )
        broken[how] += bool(found)
    assert min(broken.values()) > 100


def test_scripts_of_the_rules() -> None:
    """Lua and we agree on every script that the rules are tested with, and on the examples of their pages."""
    scripts = [script.code for file in FILES for script in marked_scripts(file)]
    for rule in RULES:
        told = page(rule)
        scripts += [each.code.encode() for title in ("Example", "Use instead") for each in told.examples(title)]
    assert len(scripts) > 800
    for source in scripts:
        assert we_say(source) == lua_says(source), source
