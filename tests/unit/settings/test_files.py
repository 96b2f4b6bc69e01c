from __future__ import annotations

import os
from pathlib import Path

import pytest

from ldbpy.errors import ConfigError
from ldbpy.settings.files import config_folder, find_project, read_config, state_folder, user_file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problem(file: str) -> str:
    """What reading a file complains of."""
    with pytest.raises(ConfigError) as caught:
        read_config(file)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_nearest_project(folder: Path) -> None:
    """The nearest file upward is the project's; ldbpy.toml goes before pyproject.toml beside it."""
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    assert find_project(str(inner)) is None
    (folder / "pyproject.toml").write_text('[tool.ldbpy]\nserver = "redis-7.0"\n')
    found = find_project(str(inner))
    assert found is not None
    assert (found.file, found.table) == ("pyproject.toml", {"server": "redis-7.0"})
    (folder / "ldbpy.toml").write_text("timeout = 1\n")
    (folder / "a" / "pyproject.toml").write_text("[tool.other]\n")
    found = find_project(str(inner))
    assert found is not None
    assert (found.file, found.table, found.folder) == ("ldbpy.toml", {"timeout": 1}, str(folder))


def test_pyproject_of_others(folder: Path) -> None:
    """A pyproject.toml that does not speak of ldbpy is not parsed."""
    (folder / "pyproject.toml").write_text("[project\n")
    assert find_project(str(folder)) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"a = 1\nb = \n", "ldbpy.toml:2: invalid value"),
        (b"a = 1\n[t\n", "ldbpy.toml:2: expected ']' at the end of a table declaration"),
        (b"a = 1\n# \xff\n", "ldbpy.toml:2: this is not UTF-8"),
        (b"a = 1\na = 2\n", "ldbpy.toml:2: cannot overwrite a value"),
        (b'a = "', "ldbpy.toml:1: unterminated string"),
        (b"a" * (1 << 20) + b"\n", "cannot read ldbpy.toml: it is larger than 1 MB, too large for settings"),
    ],
)
def test_broken_file(folder: Path, text: bytes, message: str) -> None:
    """What is wrong with a file is told with its line."""
    (folder / "ldbpy.toml").write_bytes(text)
    assert problem("ldbpy.toml") == message


def test_unreadable_file(folder: Path) -> None:
    """A file that cannot be read is told of; one that is not there is none."""
    (folder / "ldbpy.toml").mkdir()
    assert problem("ldbpy.toml") == "cannot read ldbpy.toml: is a directory"
    assert read_config("nosuch.toml") is None


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1\nb = 2\n", ("b",), 2),
        ("a.b = 1\n", ("a", "b"), 1),
        ("[a]\nx = 1\n[b]\nx = 2\n", ("b", "x"), 4),
        ("# b = 1\na = [\n  1,\n]\nb = [\n 1,\n 2,\n]\n", ("b",), 5),
        ('text = """\nb = 1\n"""\nb = 2\n', ("b",), 4),
        ('[t]\n"x*" = 1\n', ("t", "x*"), 2),
        ("a = 1\n", ("nosuch",), None),
    ],
)
def test_line_of(folder: Path, text: str, path: tuple[str, ...], line: int | None) -> None:
    """The line on which a value begins, whatever stands before it."""
    (folder / "ldbpy.toml").write_text(text)
    found = read_config("ldbpy.toml")
    assert found is not None
    assert found.line_of(path) == line


def test_sections(folder: Path) -> None:
    """A section that is not there is empty; one that is no table is told of."""
    (folder / "ldbpy.toml").write_text("lint = 5\n")
    found = read_config("ldbpy.toml")
    assert found is not None
    assert found.section("other") == {}
    with pytest.raises(ConfigError, match=r"ldbpy\.toml:1: lint is no table"):
        found.section("lint")


def test_folders_of_the_user() -> None:
    """XDG variables name the folders, if they are absolute; without them they are in the home folder."""
    assert user_file({"XDG_CONFIG_HOME": "/c", "HOME": "/h"}) == "/c/ldbpy/config.toml"
    assert config_folder({"XDG_CONFIG_HOME": "relative", "HOME": "/h"}) == "/h/.config/ldbpy"
    assert state_folder({"HOME": "/h"}) == "/h/.local/state/ldbpy"
    assert state_folder({"XDG_STATE_HOME": "/s"}) == "/s/ldbpy"
    assert state_folder({}) == os.path.expanduser("~/.local/state/ldbpy")
