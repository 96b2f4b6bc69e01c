from __future__ import annotations

import re
import shlex

from ldbpy.cli.lint_command import command
from tests.docs.generated import ROOT


def test_hooks_of_pre_commit() -> None:
    """Each hook has what pre-commit requires, and runs the linter with options that it has."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    parts = re.split(r"^(?=- id)", text, flags=re.MULTILINE)[1:]
    hooks = [dict(re.findall(r"^[- ] (\w+): (.+)$", part, re.MULTILINE)) for part in parts]
    assert [hook["id"] for hook in hooks] == ["ldbpy-lint", "ldbpy-lint-fix"]
    known = {option for param in command.params for option in param.opts}
    for hook in hooks:
        assert {"id", "name", "entry", "language", "types"} <= set(hook)
        program, name, *options = shlex.split(hook["entry"])
        assert (program, name) == ("ldbpy", "lint")
        assert set(options) <= known
