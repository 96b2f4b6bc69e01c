"""Settings from files and variables, as the commands meet them; ``ldbpy config``."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ldbpy.settings.settings import KEYS
from tests.cli.program import Ran, ldbpy

_COUNT = "local n = 0 while true do n = n + 1 end"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder; the user's files are in another."""
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def configured(folder: Path, *args: str, **environ: str) -> Ran:
    """Run it with the user's settings beside the folder."""
    return ldbpy(*args, env={"XDG_CONFIG_HOME": str(folder.parent / "config"), **environ})


def test_options_come_from_settings(folder: Path) -> None:
    """What a file says is the default of options: server, format, limits, strict keys; options go before it."""
    (folder / "ldbpy.toml").write_text('server = "valkey-8"\nformat = "json"\n')
    name = "return server.SERVER_NAME"
    assert configured(folder, "eval", "-e", name).text == '"valkey"\n'
    assert configured(folder, "eval", "-e", name, "-f", "raw").text == "valkey\n"
    assert configured(folder, "eval", "-e", name, LDBPY_FORMAT="raw").text == "valkey\n"
    assert configured(folder, "eval", "-e", name, "-s", "redis-8").code == 1


def test_limits_from_settings(folder: Path) -> None:
    """A script is stopped after the time that is set."""
    (folder / "ldbpy.toml").write_text("timeout = 0.05\n")
    ran = configured(folder, "eval", "-e", _COUNT)
    assert (ran.code, "0.05 s" in ran.error) == (1, True)


def test_strict_keys_from_settings(folder: Path) -> None:
    """A project can ask for strict keys, and an environment variable take it back."""
    (folder / "ldbpy.toml").write_text("strict-keys = true\n")
    code = ["eval", "-e", "return redis.call('SET', 'a', 1)"]
    assert configured(folder, *code).code == 1
    assert configured(folder, *code, LDBPY_STRICT_KEYS="false").text == "OK\n"


def test_colours_from_settings(folder: Path) -> None:
    """Colours can be asked for in a file; NO_COLOR goes before that."""
    (folder / "ldbpy.toml").write_text('color = "always"\n')
    assert "\x1b[" in configured(folder, "eval", "-e", "error('x')").talk
    assert "\x1b[" not in configured(folder, "eval", "-e", "error('x')", NO_COLOR="1").talk


@pytest.mark.parametrize("command", [["eval", "-e", "return 1"], ["debug", "-e", "return 1", "--batch"], ["lint", "."]])
def test_broken_settings(folder: Path, command: list[str]) -> None:
    """Where nobody types, a mistake in a file ends the command: file, line and key are told."""
    (folder / "ldbpy.toml").write_text("\ntimeout = 'long'\n")
    ran = configured(folder, *command)
    ran.failed(2, "ldbpy.toml:2: timeout must be a number of seconds, such as 0.5 or 60; 0 for no limit")


def test_broken_variable(folder: Path) -> None:
    """A mistake in a variable names the variable."""
    ran = configured(folder, "debug", "-e", "return 1", "--batch", LDBPY_THEME="drak")
    assert ran.error == "LDBPY_THEME must be one of auto, dark, light, high-contrast, 16, none, not 'drak'"


@pytest.mark.parametrize(
    "command", [["lint", "--isolated", "."], ["eval", "--help"], ["completion", "bash"], ["config", "path"]]
)
def test_what_needs_no_settings(folder: Path, command: list[str]) -> None:
    """Help, and what reads no settings, works whatever stands in them."""
    (folder / "a.lua").write_text("return 1\n")
    (folder / "ldbpy.toml").write_text("x = \n")
    assert configured(folder, *command).code == 0


def test_a_project_sends_nothing_elsewhere(folder: Path) -> None:
    """A file that came with a project cannot choose the server that data is sent to."""
    (folder / "ldbpy.toml").write_text('target = "redis://127.0.0.1:1"\n')
    ran = configured(folder, "eval", "-e", "return 1")
    assert (ran.code, ran.error) == (2, "ldbpy.toml:1: target cannot be set by the file of a project")


def test_show(folder: Path) -> None:
    """Every setting is shown as a file would have it, with where it came from; a password is not."""
    (folder / "ldbpy.toml").write_text('\ntheme = "light"\n')
    ran = configured(folder, "config", "show", LDBPY_MOUSE="off", LDBPY_TARGET="redis://:hunter2@host")
    assert list(tomllib.loads(ran.text)) == list(KEYS)
    lines = {line.split(" ")[0]: line for line in ran.text.splitlines()}
    assert lines["theme"].split("  # ")[1] == "ldbpy.toml:2"
    assert lines["mouse"].startswith("mouse = false ")
    assert lines["mouse"].endswith("# LDBPY_MOUSE")
    assert lines["timeout"] == "timeout = 60"
    assert "hunter2" not in ran.text
    assert ran.code == 0


def test_show_with_mistakes(folder: Path) -> None:
    """Mistakes are told behind the settings, all of them."""
    (folder / "ldbpy.toml").write_text("them = 'light'\ntimeout = -1\n")
    ran = configured(folder, "config", "show")
    assert (ran.code, len(ran.text.splitlines())) == (2, len(KEYS))
    assert ran.lines == [
        "error: ldbpy.toml:1: them is no setting",
        "hint: did you mean theme?",
        "error: ldbpy.toml:2: timeout must be a number of seconds, such as 0.5 or 60; 0 for no limit",
    ]


def test_path(folder: Path) -> None:
    """The files are named: the user's, be it there or not, and the project's."""
    own = str(folder.parent / "config" / "ldbpy" / "config.toml")
    assert configured(folder, "config", "path").text == f"{own}\n"
    (folder / "pyproject.toml").write_text("[tool.ldbpy]\n")
    assert configured(folder, "config", "path").text == f"{own}\npyproject.toml\n"


def test_init(folder: Path) -> None:
    """A file to begin with is written where there is none, and none is replaced."""
    ran = configured(folder, "config", "init")
    written = Path(ran.text.strip())
    assert "#theme = " in written.read_text()
    written.write_text("theme = 'light'\n")
    again = configured(folder, "config", "init")
    assert (again.code, again.error) == (2, f"{written} is there already: it stays as it is")
    assert written.read_text() == "theme = 'light'\n"
    assert configured(folder, "config", "init", "--project").text == "ldbpy.toml\n"
    assert configured(folder, "config", "show").code == 0


def test_init_where_nothing_can_be_written(folder: Path) -> None:
    """Where no file can be written, that is said."""
    ran = configured(folder, "config", "init", XDG_CONFIG_HOME="/dev/null/nowhere")
    ran.failed(2, "cannot write /dev/null/nowhere/ldbpy/config.toml: not a directory")
