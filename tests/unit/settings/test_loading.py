from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import ldbpy
from ldbpy.cli.configured import _OPTIONS
from ldbpy.lua.limits import Limits
from ldbpy.render.replies import ReplyFormat
from ldbpy.settings.commented import commented
from ldbpy.settings.kinds import SECONDS
from ldbpy.settings.loading import Loaded, load
from ldbpy.settings.settings import KEYS, Settings
from ldbpy.tui.theme import Theme
from ldbpy.wiring import EMBEDDED


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user and a project, both without settings; the project's folder is the current one."""
    (tmp_path / "config" / "ldbpy").mkdir(parents=True)
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path


def loaded(home: Path, user: str = "", project: str = "", **environ: str) -> Loaded:
    """The settings with these files and variables."""
    (home / "config" / "ldbpy" / "config.toml").write_text(user)
    (home / "project" / "ldbpy.toml").write_text(project)
    return load({"XDG_CONFIG_HOME": str(home / "config"), **environ}, str(home / "project"))


def test_defaults(tmp_path: Path) -> None:
    """Without files and variables all is as it was built, and says so."""
    found = load({"HOME": str(tmp_path)}, str(tmp_path))
    assert found == Loaded(user=str(tmp_path / ".config" / "ldbpy" / "config.toml"))
    assert found.settings == Settings()
    assert found.origin("theme") == "default"


def test_order(home: Path) -> None:
    """The environment goes before the project, that before the user; each key by itself, with its origin told."""
    found = loaded(
        home,
        'theme = "light"\n\ntimeout = 1\nserver = "redis-6.2"\n',
        "timeout = 2\nserver = 'valkey-8'\n",
        LDBPY_SERVER="redis-7.0",
        LDBPY_STRICT_KEYS="yes",
    )
    settings = found.settings
    assert (settings.theme, settings.timeout, settings.server, settings.strict_keys) == (
        "light",
        2.0,
        "redis-7.0",
        True,
    )
    assert dict(found.origins) == {
        "theme": "../config/ldbpy/config.toml:1",
        "timeout": "ldbpy.toml:1",
        "server": "LDBPY_SERVER",
        "strict-keys": "LDBPY_STRICT_KEYS",
    }
    assert found.problems == ()


@pytest.mark.parametrize(
    ("project", "message", "hint"),
    [
        ("them = 'dark'\n", "ldbpy.toml:1: them is no setting", "did you mean theme?"),
        ("\ntheme = 'drak'\n", "ldbpy.toml:2: theme must be one of auto, dark, light, high-contrast, 16, none", None),
        ("timeout = -1\n", f"ldbpy.toml:1: timeout must be {SECONDS.told}", None),
        ("timeout = true\n", f"ldbpy.toml:1: timeout must be {SECONDS.told}", None),
        ("max-memory = 1.5\n", 'ldbpy.toml:1: max-memory must be a size, such as "64mb"; 0 for no limit', None),
        ("hints = 'maybe'\n", "ldbpy.toml:1: hints must be true or false", None),
        ("history-size = 0\n", "ldbpy.toml:1: history-size must be a whole number from 1 to 1000000", None),
        (
            "target = 'redis://evil'\n",
            "ldbpy.toml:1: target cannot be set by the file of a project",
            "put it into your own file (ldbpy config path), or set LDBPY_TARGET",
        ),
        ("theme = \n", "ldbpy.toml:1: invalid value", None),
    ],
)  # fmt: skip
def test_wrong_settings(home: Path, project: str, message: str, hint: str | None) -> None:
    """What is wrong is told with file, line and key, and the rest is used."""
    found = loaded(home, "timeout = 7\n", project)
    assert [(str(each), each.hint) for each in found.problems] == [(message, hint)]
    assert found.settings == Settings(timeout=7.0)


def test_several_mistakes(home: Path) -> None:
    """Every mistake is told, those of variables too; what stands beside them counts."""
    found = loaded(home, "a = 1\nmouse = false\n", "b = 2\n", LDBPY_THEME="drak", LDBPY_TIMEOUT="")
    assert [str(each).rpartition("/")[2] for each in found.problems] == [
        "config.toml:1: a is no setting",
        "ldbpy.toml:1: b is no setting",
        "LDBPY_THEME must be one of auto, dark, light, high-contrast, 16, none, not 'drak'",
    ]
    assert found.settings == Settings(mouse=False)


def test_other_tables(home: Path) -> None:
    """The linter's table is not looked at here."""
    assert loaded(home, project="[lint]\nselect = 5\n").problems == ()


@pytest.mark.parametrize("project", [False, True])
def test_commented_file(home: Path, project: bool) -> None:
    """The file to begin with changes nothing; without its comment signs it is the defaults, and names every key."""
    text = commented(project=project)
    assert set(tomllib.loads(text)) <= {"lint"}
    opened = "\n".join(
        line.removeprefix("#") if line.startswith("#") and line[1:2] != " " else line for line in text.splitlines()
    )
    assert (
        list(tomllib.loads(opened))
        == [key.name for key in KEYS.values() if key.project or not project] + ["lint"] * project
    )
    assert loaded(home, *(("", opened) if project else (opened, ""))).settings == Settings()


def test_defaults_are_those_of_the_parts() -> None:
    """What can be set has the default and the choices of the part that it sets."""
    defaults = Settings()
    assert (defaults.timeout, defaults.max_memory) == (Limits().seconds, Limits().memory)
    assert defaults.target == EMBEDDED
    assert KEYS["format"].kind.choices == ("auto", *(form.value for form in ReplyFormat))
    assert KEYS["theme"].kind.choices == ("auto", *(theme.value for theme in Theme))


@pytest.mark.parametrize("key", KEYS.values(), ids=lambda key: key.name)
def test_every_key_can_be_set(home: Path, key: object) -> None:
    """What a file says of a key is read back as it was written, from a file and from its variable."""
    assert isinstance(key, type(KEYS["theme"]))
    for value in (key.default, *(key.kind.read(each) for each in key.kind.choices)):
        found = loaded(home, f"{key.name} = {key.written(value)}\n")
        assert found.problems == ()
        assert getattr(found.settings, key.field) == value
        assert getattr(loaded(home, **{key.variable: key.written(value).strip('"')}).settings, key.field) == value


@pytest.mark.parametrize(("name", "value"), [("history-size", 1_000_000), ("timeout", 1_234_567.5), ("timeout", 0.25)])
def test_large_numbers_are_written_whole(home: Path, name: str, value: float) -> None:
    """A number is read back as it was written, however large."""
    found = loaded(home, f"{name} = {KEYS[name].written(value)}\n")
    assert (found.problems, getattr(found.settings, KEYS[name].field)) == ((), value)


def test_seconds_beyond_all_floats(home: Path) -> None:
    """A whole number too large for a float is as good as no limit, not an accident."""
    found = loaded(home, f"timeout = {'9' * 400}\n")
    assert (found.problems, found.settings.timeout) == ((), float("inf"))


def test_no_key_is_dead() -> None:
    """Every key is read somewhere: as the default of an option, or from the settings."""
    package = Path(ldbpy.__file__).parent
    texts = [file.read_text() for file in package.rglob("*.py") if file.parent.name != "settings"]
    read = {match for text in texts for match in re.findall(r"\bsettings\.([a-z_]+)", text)}
    assert {key.name for key in KEYS.values() if key.field not in read} <= set(_OPTIONS)
