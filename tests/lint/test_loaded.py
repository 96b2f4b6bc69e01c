"""What a run of the linter loads: most of the time of a short one goes into that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.cli.program import fresh_environment

_SCRIPT = """-- A counter.
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return n
"""


def _loaded(folder: Path, script: str, *args: str) -> set[str]:
    """The modules that are loaded at the end of a run on a script."""
    (folder / "script.lua").write_text(script)
    code = (
        "import sys\nfrom ldbpy.cli.entry import main\n"
        f"sys.argv = ['ldbpy', 'lint', {str(folder / 'script.lua')!r}, *{args!r}]\n"
        "try: main()\nexcept SystemExit: print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        timeout=30,
        check=True,
        cwd=folder,
        env=fresh_environment({"XDG_CACHE_HOME": str(folder / "cache")}),
    )
    return set(done.stdout.decode().splitlines()[-1].split())


def test_a_script_without_findings(tmp_path: Path) -> None:
    """What only some scripts need is not loaded for one that does not."""
    loaded = _loaded(tmp_path, _SCRIPT, "--no-cache")
    assert "ldbpy.lint.runner" in loaded
    assert not loaded & {
        "dataclasses",
        "fnmatch",
        "hashlib",
        "unicodedata",
        "ldbpy.commands.keys",
        "ldbpy.features",
        "ldbpy.lint.cache",
        "ldbpy.lint.reporters.full",
        "ldbpy.lint.suppressions",
        "ldbpy.render.style",
        "ldbpy.resp",
        "ldbpy.script.hints",
        "ldbpy.script.source",
    }


def test_rules_that_have_nothing_to_say(tmp_path: Path) -> None:
    """Of the rules those are loaded that may have something to say."""
    loaded = _loaded(tmp_path, _SCRIPT, "--no-cache")
    rules = {name for name in loaded if name.startswith("ldbpy.lint.rules.")}
    assert len(rules) <= 50
    assert "ldbpy.lint.rules.expiry_may_be_skipped" in rules
    assert not rules & {f"ldbpy.lint.rules.{name}" for name in ("syntax_error", "unused_declared", "table_compared")}


def test_what_is_known_from_before(tmp_path: Path) -> None:
    """When all is known neither the parser nor a rule is loaded, nor OpenSSL for the hashes."""
    _loaded(tmp_path, _SCRIPT)
    loaded = _loaded(tmp_path, _SCRIPT)
    assert "ldbpy.lint.cache" in loaded
    assert not loaded & {
        "_hashlib",
        "ldbpy.lint.analysis",
        "ldbpy.lint.runner",
        "ldbpy.lint.suppressions",
        "ldbpy.script.parser",
    }
