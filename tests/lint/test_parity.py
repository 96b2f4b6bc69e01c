from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from ldbpy.lint.parity import LUACHECK, SELENE
from ldbpy.lint.registry import selected
from ldbpy.lint.runner import lint

_EVERY = selected(["all"], (), ())

# A snippet for each code of luacheck that Lua 5.1 scripts can have, and our rule. Not here: 131, 51x and 55x of later
# versions of Lua, 02x (comments of luacheck's own), 6xx but for blanks at the end of a line, and 331: a table that is
# filled and then replaced.
_LUACHECK = {
    "011": ("x = = 1", "syntax-error"),
    "111": ("count = 1", "global-write"),
    "112": ("config.x = 1", "undefined-global"),
    "113": ("return count", "undefined-global"),
    "121": ("string = 1", "global-write"),
    "122": ("string.format = 1", "readonly-table-write"),
    "142": ("string.trim = 1", "readonly-table-write"),
    "143": ("return string.trim", "unknown-api-field"),
    "211": ("local a = 1", "unused-variable"),
    "212": ("local function f(a) return 1 end return f(1)", "unused-argument"),
    "213": ("for n = 1, 2 do redis.call('PING') end", "unused-loop-variable"),
    "214": ("local _a = 1 return _a", "used-underscore"),
    "221": ("local a return a", "read-before-assignment"),
    "231": ("local a a = 1", "unused-variable"),
    "232": ("local function f(a) a = 1 end return f(1)", "unused-argument"),
    "233": ("for n = 1, 2 do n = 1 end", "unused-loop-variable"),
    "241": ("local t = {} t.x = 1", "unused-variable"),
    "311": ("local a = #KEYS a = 2 return a", "unused-assignment"),
    "312": ("local function f(a) a = 2 return a end return f(1)", "unused-argument"),
    "313": ("for i = 1, 2 do i = 2 redis.call('GET', i) end", "unused-loop-variable"),
    "314": ("return {a = 1, a = 2}", "duplicate-key"),
    "321": ("local a local b = a a = 1 return {a, b}", "read-before-assignment"),
    "341": ("local t if KEYS[1] then t.x = 1 end t = {} return t", "field-of-nothing"),
    "411": ("local a = 1 redis.call('GET', a) local a = 2 return a", "redefined-variable"),
    "412": ("local function f(a) redis.call('GET', a) local a = 1 return a end return f(1)", "shadowed-variable"),
    "413": ("for i = 1, 2 do redis.call('GET', i) local i = 3 redis.call('GET', i) end", "shadowed-variable"),
    "421": ("local a = 1 do local a = 2 redis.call('GET', a) end return a", "shadowed-variable"),
    "422": (
        "local function f(a) do local a = 2 redis.call('GET', a) end return a end return f(1)",
        "shadowed-variable",
    ),
    "423": ("for i = 1, 2 do do local i = 2 redis.call('GET', i) end redis.call('GET', i) end", "shadowed-variable"),
    "431": ("local a = 1 local function f() local a = 2 return a end return f() + a", "shadowed-variable"),
    "432": ("local function f(a) return function() local a = 1 return a end, a end return f(1)", "shadowed-variable"),
    "433": ("for i = 1, 2 do redis.call('GET', (function() local i = 1 return i end)(), i) end", "shadowed-variable"),
    "511": ("do return 1 end redis.call('PING')", "unreachable-code"),
    "512": ("for i = 1, 2 do redis.call('GET', i) break end", "loop-once"),
    "531": ("local a, b a, b = 1, 2, 3 return a + b", "unbalanced-assignment"),
    "532": ("local a, b a, b = 1 return {a, b}", "unbalanced-assignment"),
    "541": ("do end", "empty-block"),
    "542": ("if KEYS[1] then end", "empty-block"),
    "571": ("for i = #KEYS, 1 do redis.call('GET', KEYS[i]) end", "backward-loop"),
    "581": ("return not (KEYS[1] == KEYS[2])", "negated-comparison"),
    "582": ("return not KEYS[1] == KEYS[2]", "not-before-comparison"),
    "611": ("local a = 1\n  \nreturn a", "trailing-whitespace"),
    "612": ("local a = 1  \nreturn a", "trailing-whitespace"),
    "614": ("-- text  \nreturn 1", "trailing-whitespace"),
}

# The same for selene's correctness lints, and those for style and complexity that mean something in scripts.
_SELENE = {
    "almost_swapped": ("local a, b = KEYS[1], KEYS[2] a = b b = a return {a, b}", "almost-swapped"),
    "bad_string_escape": ("return '\\-'", "needless-escape"),
    "compare_nan": ("return KEYS[1] == 0 / 0", "compare-nan"),
    "constant_table_comparison": ("return KEYS == {}", "table-compared"),
    "deprecated": ("return table.getn(KEYS)", "old-lua-function"),
    "divide_by_zero": ("return #KEYS / 0", "divided-by-zero"),
    "duplicate_keys": ("return {a = 1, a = 2}", "duplicate-key"),
    "empty_if": ("if KEYS[1] then end", "empty-block"),
    "empty_loop": ("for i = 1, 2 do end", "empty-block"),
    "global_usage": ("return _G.x", "global-table"),
    "if_same_then_else": ("if KEYS[1] then return 1 else return 1 end", "same-branches"),
    "ifs_same_cond": ("if #KEYS == 1 then return 1 elseif #KEYS == 1 then return 2 end", "same-conditions"),
    "incorrect_standard_library_use": ("return string.rep('x')", "library-call"),
    "mismatched_arg_count": ("local function f(a) return a end return f(1, 2)", "argument-count"),
    "mixed_table": ("return {1, x = 2}", "mixed-table"),
    "multiple_statements": ("local a = 1 return a", "several-statements"),
    "must_use": ("tostring(KEYS[1])", "result-unused"),
    "parenthese_conditions": ("if (KEYS[1]) then return 1 end", "parenthesised-condition"),
    "shadowing": ("local a = 1 do local a = 2 redis.call('GET', a) end return a", "shadowed-variable"),
    "suspicious_reverse_loop": ("for i = #KEYS, 1 do redis.call('GET', KEYS[i]) end", "backward-loop"),
    "type_check_inside_call": ("return type(KEYS[1] == 'string')", "type-of-comparison"),
    "unbalanced_assignments": ("local a, b = 1 return {a, b}", "unbalanced-assignment"),
    "undefined_variable": ("return count", "undefined-global"),
    "unscoped_variables": ("count = 1", "global-write"),
    "unused_variable": ("local a = 1", "unused-variable"),
}


def _found(source: str) -> set[str]:
    return {finding.rule for finding in lint("x.lua", source.encode(), _EVERY).findings}


@pytest.mark.parametrize("code", _LUACHECK)
def test_code_of_luacheck(code: str) -> None:
    """What luacheck finds under a code, one of our rules finds; luacheck's comments count for it."""
    source, rule = _LUACHECK[code]
    assert rule in _found(source)
    assert code == "011" or rule in LUACHECK[code]


@pytest.mark.parametrize("name", _SELENE)
def test_lint_of_selene(name: str) -> None:
    """What selene finds under a name, one of our rules finds; selene's comments count for it."""
    source, rule = _SELENE[name]
    assert rule in _found(source)
    assert rule in SELENE[name]


_NEWER = {"214", "582"}
"""Codes that luacheck 1.1 does not have."""


@pytest.mark.skipif(shutil.which("luacheck") is None, reason="no luacheck on this machine")
def test_snippets_are_what_luacheck_finds() -> None:
    """Luacheck itself gives each snippet its code: the table above says what it does."""
    plain = ["--std", "lua51", "--read-globals", "KEYS", "ARGV", "redis", "--no-config", "--codes", "--no-color", "-"]
    wrong = {}
    for code in _LUACHECK.keys() - _NEWER:
        source, _ = _LUACHECK[code]
        told = subprocess.run(
            ["luacheck", *plain], input=source, capture_output=True, text=True, timeout=20, check=False
        ).stdout
        if not re.search(rf"\([WE]{code}\)", told):
            wrong[code] = told
    assert wrong == {}
