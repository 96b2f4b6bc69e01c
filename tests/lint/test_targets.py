"""What the servers, the platform and the mode change in what is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from ldbpy.commands.live import read_commands
from ldbpy.commands.table import load_table
from ldbpy.errors import UsageError
from ldbpy.flavors import FLAVORS
from ldbpy.lint.config import find_settings
from ldbpy.lint.findings import Group
from ldbpy.lint.platforms import Mode, Platform, errors_on, rules_on
from ldbpy.lint.registry import BY_NAME, selected
from ldbpy.lint.runner import lint
from ldbpy.lint.targets import parse_targets
from ldbpy.resp import Reply, Status
from tests.cli.program import ldbpy
from tests.servers.fixtures import RealServers
from tests.servers.found import SERVER_FLAVORS, found_servers, running

_RENAMED = ("--rename-command", "GET", "hidden", "--rename-command", "SETEX", "")
_LITERAL = b"return redis.call('GET', 'config')"


def _found(source: bytes, platform: Platform | None = None, mode: Mode | None = None) -> set[tuple[str, str]]:
    rules = selected((), (), tuple(rules_on(platform)))
    result = lint("x.lua", source, rules, parse_targets((), platform, mode))
    return {(finding.rule, finding.severity.value) for finding in result.findings}


@pytest.mark.parametrize(
    ("platform", "severity"),
    [(None, None), ("cluster", "error"), ("alibaba", "error"), ("dragonfly", "error"), ("kvrocks", "warning")],
)
def test_literal_key_on_a_platform(platform: str | None, severity: str | None) -> None:
    """A platform turns the rules about keys on, as errors where it refuses such keys."""
    found = _found(_LITERAL, None if platform is None else Platform(platform))
    assert {told for rule, told in found if rule == "literal-key"} == ({severity} if severity else set())


def test_alibaba_wants_keys_written_out() -> None:
    """Only the proxy of Alibaba Cloud minds a key in a local variable."""
    source = b"local key = KEYS[1] return redis.call('GET', key)"
    assert ("keys-in-expression", "error") in _found(source, Platform.ALIBABA)
    assert _found(source, Platform.CLUSTER) == set()


def test_dragonfly_with_undeclared_keys_allowed() -> None:
    """A script that Dragonfly lets use undeclared keys has no errors for them, only what they are elsewhere."""
    source = b"--!df flags=allow-undeclared-keys\n" + _LITERAL
    assert ("literal-key", "warning") in _found(source, Platform.DRAGONFLY)


def test_dragonfly_is_a_target() -> None:
    """The platform Dragonfly is a server of its own: commands it does not have are found."""
    source = b"return redis.call('HEXPIRE', KEYS[1], 10, 'FIELDS', 1, 'f')"
    assert parse_targets((), Platform.DRAGONFLY).told == "dragonfly"
    assert ("command-not-in-target", "error") in _found(source, Platform.DRAGONFLY)


def test_platforms_name_rules() -> None:
    """What platforms turn on are rules, and errors are among them."""
    for platform in Platform:
        assert rules_on(platform) <= BY_NAME.keys()
        assert errors_on(platform, b"") <= rules_on(platform)
        assert all(BY_NAME[name].group is Group.CLUSTER for name in rules_on(platform))
    assert errors_on(None, b"") == rules_on(None) == frozenset()


def test_mode_of_a_library() -> None:
    """A file without a first line that says so is a library if it is told to be one."""
    source = b"redis.register_function('f', function(keys) return redis.call('GET', KEYS[1]) end)"
    assert ("keys-in-function", "error") in _found(source, mode=Mode.FUNCTION)
    assert ("bad-shebang", "error") in _found(source, mode=Mode.FUNCTION)
    assert {rule for rule, _ in _found(source)} == {"unknown-api-field"}


def test_mode_of_a_script() -> None:
    """A library that is loaded as a script is refused for its first line."""
    source = b"#!lua name=lib\nreturn 1\n"
    assert ("bad-shebang", "error") in _found(source, mode=Mode.EVAL)


def test_settings_of_a_project(tmp_path: Path) -> None:
    """Platform and mode can be set in a file."""
    (tmp_path / "ldbpy.toml").write_text('[lint]\nplatform = "cluster"\nmode = "eval"\n')
    settings = find_settings(str(tmp_path))
    assert (settings.platform, settings.mode) == (Platform.CLUSTER, Mode.EVAL)


@pytest.mark.parametrize("line", ['platform = "moon"', "platform = 1", 'mode = "both"', "mode = ['eval']"])
def test_settings_that_are_none(tmp_path: Path, line: str) -> None:
    """A platform or mode there is not is told with what there is."""
    (tmp_path / "ldbpy.toml").write_text(f"[lint]\n{line}\n")
    with pytest.raises(UsageError, match=r"must be one of (cluster|eval), "):
        find_settings(str(tmp_path))


@pytest.mark.parametrize("name", SERVER_FLAVORS)
def test_commands_of_a_server(name: str, real_servers: RealServers) -> None:
    """What a server says of its commands is what its table says, without what it does not tell."""
    flavor = FLAVORS[name]
    table = load_table(flavor.table, flavor.table_until)
    with real_servers.get(name).client() as client:
        live = read_commands(client.call("COMMAND"), table.raw)
    assert live.keys() == table.raw.keys()
    for command, entry in live.items():
        known = table.raw[command]
        assert entry == known, command


def test_commands_of_modules() -> None:
    """A command that is in no table of ours is known by what the server tells of it."""
    reply: Reply = [[b"bad.new", 3, [Status(b"write"), Status(b"module")], 1, 2, 1, []]]
    assert read_commands(reply, {}) == {
        "bad.new": {
            "arity": 3,
            "flags": ["module", "write"],
            "group": "module",
            "keys": [{"flags": ["RW", "access", "update"], "index": 1, "last": 1, "step": 1, "limit": 0}],
        }
    }


@pytest.mark.parametrize("reply", [b"OK", [], [[b"get", 2]], [b"get"], None, [[]]])
def test_commands_that_are_none(reply: object) -> None:
    """What is no answer to COMMAND is refused."""
    with pytest.raises(ValueError, match="no "):
        read_commands(reply, {})  # type: ignore[arg-type]


def test_commands_from_a_server(tmp_path: Path) -> None:
    """Commands that the server does not have are found, those of no server we know included."""
    script = tmp_path / "a.lua"
    script.write_bytes(
        b"redis.call('SETEX', KEYS[1], 10, 'v')\nredis.call('bad.new', KEYS[1])\nredis.call('GET', KEYS[1])\n"
    )
    with running(found_servers()[0], *_RENAMED) as socket:
        url = f"unix://{socket}"
        ran = ldbpy("lint", "--isolated", "--no-cache", "--format", "concise", "--commands-from", url, str(script))
    lines = [line.split(": ", 1)[1].partition(" help")[0] for line in ran.out.decode().splitlines()]
    assert lines == [
        f"error: {url} has no SETEX [command-not-in-target]",
        "error: there is no command BAD.NEW [unknown-command]",
        f"error: {url} has no GET [command-not-in-target]",
    ]
    assert ran.code == 1


def test_commands_from_no_server(tmp_path: Path) -> None:
    """A server that is not there is told in one line, and nothing is linted."""
    ran = ldbpy("lint", "--isolated", "--commands-from", f"unix://{tmp_path}/none", str(tmp_path))
    assert ran.code == 4
    assert len(ran.err.decode().splitlines()) <= 2
    assert ran.out == b""


def test_commands_from_and_target(tmp_path: Path) -> None:
    """The server is the target: another cannot be named besides."""
    ran = ldbpy("lint", "--commands-from", "redis://h", "--target", "redis-8", str(tmp_path))
    assert ran.code == 2
    assert b"--commands-from" in ran.err


def test_platform_on_the_command_line(tmp_path: Path) -> None:
    """The option goes before the settings, and --ignore after it."""
    (tmp_path / "a.lua").write_bytes(_LITERAL)
    told = ldbpy("lint", "--isolated", "--no-cache", "-f", "concise", "--platform", "cluster", str(tmp_path))
    assert b"error: this key" in told.out
    assert told.code == 1
    ignored = ldbpy("lint", "--isolated", "--platform", "cluster", "--ignore", "literal-key", str(tmp_path))
    assert (ignored.code, ignored.out) == (0, b"")
