"""Where data comes from before a script runs: copies of live keys, and throw-away servers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import ldbpy
from tests.servers.found import Found, found_servers, running
from tests.servers.wire import WireClient

SERVERS = found_servers()


@pytest.fixture(scope="module", params=SERVERS, ids=str)
def live(request: pytest.FixtureRequest) -> Iterator[str]:
    """A live server with a key of every type; the path of its socket."""
    with running(request.param) as path, WireClient(path) as client:
        for line in _KEYS.splitlines():
            client.call(*line.split())
        yield path


_KEYS = """\
SET text abc PX 500000
RPUSH list a b c
SADD set x y
HSET hash f 1 g 2
ZADD zset 1.5 low 1e300 high
XADD stream 5-1 f v
XGROUP CREATE stream group 0
SET other:1 o
"""
_SUMS = """
local told = {}
for _, name in ipairs({'text', 'list', 'set', 'hash', 'zset', 'stream', 'other:1'}) do
  local kind = redis.call('TYPE', name).ok
  told[#told + 1] = name .. ' ' .. kind .. ' ' .. (redis.call('PTTL', name) > 0 and 'ttl' or '-')
end
told[#told + 1] = redis.call('ZRANGE', 'zset', 0, -1, 'WITHSCORES')[4] or ''
told[#told + 1] = #redis.call('XINFO', 'GROUPS', 'stream') .. ' group'
return table.concat(told, '|')
"""


def test_keys_that_match_are_copied_with_types_and_ttls(live: str) -> None:
    """What a script finds in copied keys is what the server holds."""
    ran = ldbpy("eval", "-e", _SUMS, "--seed-from", f"unix://{live}", "--keys", "[^o]*", "-f", "raw")
    kinds = "text string ttl|list list -|set set -|hash hash -|zset zset -|stream stream -|other:1 none -"
    assert ran.text.strip().startswith(kinds), ran.text + ran.talk
    assert ran.text.strip().endswith("|1 group")


def test_declared_keys_alone_are_copied(live: str) -> None:
    """Without a pattern only KEYS are copied."""
    code = "return {redis.call('GET', KEYS[1]), redis.call('DBSIZE')}"
    ran = ldbpy("eval", "-e", code, "text", "nothing", "--seed-from", f"unix://{live}", "-f", "raw")
    assert ran.text.split() == ["abc", "1"], ran.talk


def test_live_server_is_only_read(live: str) -> None:
    """A script that deletes its keys deletes the copies."""
    ran = ldbpy("eval", "-e", "return redis.call('DEL', KEYS[1])", "text", "--seed-from", f"unix://{live}")
    assert ran.code == 0, ran.talk
    with WireClient(live) as client:
        assert client.call("GET", "text") == b"abc"


def test_snapshot_is_a_seed_file(live: str, tmp_path: Path) -> None:
    """What snapshot writes gives the same data when it is read as a seed."""
    path = tmp_path / "data.redis"
    ran = ldbpy("snapshot", "--keys", "*", "-t", f"unix://{live}", "-o", str(path))
    assert ran.code == 0, ran.talk
    ran = ldbpy("eval", "-e", _SUMS, "--seed", str(path), "-f", "raw")
    assert "other:1 string -" in ran.text, ran.talk + path.read_text()
    assert "text string ttl" in ran.text


def test_snapshot_keeps_what_was_there(live: str, tmp_path: Path) -> None:
    """A file that is there is not written over unless that is said."""
    path = tmp_path / "data.redis"
    path.write_text("precious")
    ran = ldbpy("snapshot", "text", "-t", f"unix://{live}", "-o", str(path))
    assert (ran.code, path.read_text()) == (2, "precious")
    assert "--force" in ran.talk
    assert ldbpy("snapshot", "text", "-t", f"unix://{live}", "-o", str(path), "--force").code == 0
    assert b"SET text abc" in path.read_bytes()


def test_snapshot_goes_through_a_link(live: str, tmp_path: Path) -> None:
    """A link stays one, and what it leads to is written."""
    link = tmp_path / "link.redis"
    link.symlink_to(tmp_path / "real.redis")
    ran = ldbpy("snapshot", "text", "-t", f"unix://{live}", "-o", str(link))
    assert (ran.code, link.is_symlink()) == (0, True), ran.talk
    assert b"text" in (tmp_path / "real.redis").read_bytes()


def test_snapshot_to_a_device(live: str) -> None:
    """What is no file gets the bytes, and is not replaced by one."""
    reader, writer = os.openpty()
    try:
        ran = ldbpy("snapshot", "text", "-t", f"unix://{live}", "-o", os.ttyname(writer), "--force")
        assert ran.code == 0, ran.talk
        assert b"keys of" in os.read(reader, 4096)
    finally:
        os.close(reader)
        os.close(writer)


def test_snapshot_quotes_every_byte(tmp_path: Path) -> None:
    """Values with spaces, quotes, line ends and zero bytes come back as they were."""
    value = bytes(range(256))
    with running(SERVERS[0]) as path, WireClient(path) as client:
        client.call("SET", b"odd \x00\xff key", value)
        ran = ldbpy("snapshot", "--keys", "*", "-t", f"unix://{path}")
    seed = tmp_path / "data.redis"
    seed.write_text(ran.text)
    code = "return redis.sha1hex(redis.call('GET', redis.call('KEYS', '*')[1]))"
    import hashlib

    assert ldbpy("eval", "-e", code, "--seed", str(seed), "-f", "raw").text.strip() == hashlib.sha1(value).hexdigest()


@pytest.mark.parametrize("server", SERVERS, ids=str)
def test_private_server_runs_and_is_gone(server: Found) -> None:
    """A script runs on a throw-away server of the program given, whose socket is gone afterwards."""
    ran = ldbpy("debug", "-e", "return 1", f"--private-server={server.binary}", "--batch")
    assert f"{server} at unix://" in ran.text, ran.talk
    folder = ran.text.partition("unix://")[2].partition("/s,")[0]
    assert folder.startswith("/")
    assert not os.path.exists(folder)


@pytest.mark.parametrize("server", SERVERS[:1], ids=str)
def test_settings_of_the_embedded_server_do_not_matter_to_a_private_one(server: Found) -> None:
    """``LDBPY_MAX_MEMORY`` and ``LDBPY_STRICT_KEYS`` are for a script that runs here."""
    env = {"LDBPY_MAX_MEMORY": "10mb", "LDBPY_STRICT_KEYS": "on"}
    ran = ldbpy("eval", "-e", "return 1", f"--private-server={server.binary}", env=env)
    assert (ran.code, ran.out) == (0, b"1\n"), ran.err


def test_private_server_loads_a_copy_of_an_rdb_file(tmp_path: Path) -> None:
    """The data of an RDB file is there, and the file is what it was after the script wrote."""
    server = SERVERS[0]
    with running(server, "--dir", str(tmp_path), "--dbfilename", "d.rdb") as path, WireClient(path) as client:
        client.call("SET", "k", "v")
        client.call("SAVE")
    rdb = tmp_path / "d.rdb"
    before = rdb.read_bytes()
    code = "redis.call('APPEND', 'k', '!') return redis.call('GET', 'k')"
    ran = ldbpy("eval", "-e", code, f"--private-server={server.binary}", "--rdb", str(rdb), "-f", "raw")
    assert (ran.text.strip(), rdb.read_bytes()) == ("v!", before), ran.talk


def test_rdb_file_that_is_none(tmp_path: Path) -> None:
    """What the server says of a file it cannot load is told, and nothing is left running."""
    path = tmp_path / "d.rdb"
    path.write_bytes(b"this is no data")
    ran = ldbpy("eval", "-e", "return 1", "--rdb", str(path))
    assert ran.code == 4
    assert "Wrong signature" in ran.talk


def test_private_server_ends_with_a_killed_process() -> None:
    """The server is gone even when the process that started it is killed and cleans up nothing."""
    code = (
        "from ldbpy.targets.private import *\nimport time\n"
        "with private_server(find_binary()) as url:\n print(url, flush=True)\n time.sleep(100)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    folder = os.path.dirname(process.stdout.readline().strip().removeprefix("unix://"))
    watch = subprocess.Popen(["/bin/sh", "-c", f"while test -e {folder}; do :; done"])
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=10)
    try:
        assert watch.wait(timeout=20) == 0
    finally:
        watch.kill()
        process.stdout.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--private-server=/no/server"], "--private-server: /no/server is not there"),
        (["--private-server=/etc/passwd"], "--private-server: /etc/passwd is no program"),
        (["--rdb", "/no/file"], "--rdb: cannot read /no/file: no such file or directory"),
        (["--private-server", "-t", "redis://localhost"], "--private-server and --target are two places to run"),
        (["--keys", "a*"], "--keys says which keys --seed-from copies"),
    ],
)
def test_misuse(words: list[str], told: str) -> None:
    """What cannot be meant is refused before anything runs."""
    ran = ldbpy("eval", "-e", "return 1", *words)
    assert ran.code == 2
    assert f"error: {told}" in ran.talk


def test_word_after_private_server_is_the_script(tmp_path: Path) -> None:
    """A script's path behind a bare --private-server is no server program."""
    script = tmp_path / "s.lua"
    script.write_text("return KEYS[1]")
    script.chmod(0o755)
    assert ldbpy("eval", "--private-server", str(script), "k", "-f", "raw").text.strip() == "k"
