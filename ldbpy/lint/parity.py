"""Which rules say what a warning of luacheck or a lint of selene says: for their comments, and for those who move."""

from __future__ import annotations

from typing import Final

__all__ = ["LUACHECK", "SELENE"]

LUACHECK: Final[dict[str, tuple[str, ...]]] = {
    "111": ("global-write",),
    "112": ("undefined-global",),
    "113": ("undefined-global", "removed-function", "global-not-in-target"),
    "121": ("global-write",),
    "122": ("readonly-table-write",),
    "131": ("global-write",),
    "142": ("readonly-table-write",),
    "143": ("unknown-api-field", "old-lua-function"),
    "211": ("unused-variable",),
    "212": ("unused-argument",),
    "213": ("unused-loop-variable",),
    "221": ("read-before-assignment",),
    "231": ("unused-variable",),
    "232": ("unused-argument",),
    "233": ("unused-loop-variable",),
    "241": ("unused-variable",),
    "311": ("unused-assignment",),
    "312": ("unused-assignment",),
    "313": ("unused-assignment",),
    "314": ("duplicate-key",),
    "321": ("read-before-assignment",),
    "331": ("unused-assignment",),
    "341": ("read-before-assignment",),
    "411": ("redefined-variable",),
    "412": ("redefined-variable",),
    "413": ("redefined-variable",),
    "421": ("shadowed-variable",),
    "422": ("shadowed-variable",),
    "423": ("shadowed-variable",),
    "431": ("shadowed-variable", "shadowed-api"),
    "432": ("shadowed-variable", "shadowed-api"),
    "433": ("shadowed-variable", "shadowed-api"),
    "511": ("unreachable-code",),
    "512": ("loop-once",),
    "531": ("unbalanced-assignment",),
    "532": ("unbalanced-assignment",),
    "541": ("empty-block",),
    "542": ("empty-block",),
    "571": ("backward-loop",),
    "581": ("not-before-comparison",),
    "582": ("not-before-comparison",),
}
"""By code, as in luacheck 1.1's list of warnings. Those that are left out have no rule here."""

SELENE: Final[dict[str, tuple[str, ...]]] = {
    "almost_swapped": ("almost-swapped",),
    "bad_string_escape": ("lua52-escape",),
    "compare_nan": ("compare-nan",),
    "constant_table_comparison": ("table-compared",),
    "deprecated": ("old-lua-function",),
    "divide_by_zero": ("divided-by-zero",),
    "duplicate_keys": ("duplicate-key",),
    "empty_if": ("empty-block",),
    "empty_loop": ("empty-block",),
    "global_usage": ("global-write",),
    "if_same_then_else": ("same-branches",),
    "ifs_same_cond": ("same-conditions",),
    "incorrect_standard_library_use": (
        "unknown-api-field",
        "readonly-table-write",
        "string-format",
        "log-arguments",
        "status-arguments",
    ),
    "must_use": ("result-unused",),
    "shadowing": ("shadowed-variable", "redefined-variable"),
    "suspicious_reverse_loop": ("backward-loop",),
    "type_check_inside_call": ("type-of-comparison",),
    "unbalanced_assignments": ("unbalanced-assignment",),
    "undefined_variable": ("undefined-global", "global-not-in-target", "removed-function"),
    "unscoped_variables": ("global-write",),
    "unused_variable": ("unused-variable", "unused-argument", "unused-loop-variable"),
}
"""By name, as in selene 0.29's list of lints. Those that are left out have no rule here."""
