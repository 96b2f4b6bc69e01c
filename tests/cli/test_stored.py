"""Scripts and libraries a server has: ``ldbpy script``, ``ldbpy function``, ``--evalsha``, ``--fcall``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import ldbpy
from tests.servers.found import Found, found_servers, running
from tests.servers.wire import WireClient

SCRIPT = "local n = redis.call('INCR', KEYS[1])\nreturn n * 2\n"
SHA1 = hashlib.sha1(SCRIPT.encode()).hexdigest()
LIBRARY = """\
#!lua name=shop
local function put(keys, args)
  local old = redis.call('GET', keys[1])
  redis.call('SET', keys[1], args[1])
  return old
end
redis.register_function('put', put)
redis.register_function{function_name='peek', description='what is there', flags={'no-writes'},
  callback=function(keys) return redis.call('GET', keys[1]) end}
"""


@pytest.fixture(scope="module", params=found_servers(), ids=str)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[Found, str]]:
    """Each server found, and its URL."""
    with running(request.param) as path:
        yield request.param, f"unix://{path}"


@pytest.fixture(scope="module")
def valkey() -> Iterator[str]:
    """A server that has everything; its URL."""
    found = next(each for each in found_servers() if str(each).startswith("valkey"))
    with running(found) as path:
        yield f"unix://{path}"


@pytest.fixture
def script(tmp_path: Path) -> str:
    """The script's file."""
    path = tmp_path / "twice.lua"
    path.write_text(SCRIPT)
    return str(path)


@pytest.fixture
def library(tmp_path: Path) -> str:
    """The library's file."""
    path = tmp_path / "shop.lua"
    path.write_text(LIBRARY)
    return str(path)


def _has_functions(server: Found) -> bool:
    return not server.version.startswith("6.")


def _has_show(server: Found) -> bool:
    return server.product == "valkey"


def test_script_is_loaded_known_and_forgotten(server: tuple[Found, str], script: str) -> None:
    """SCRIPT LOAD, EXISTS and FLUSH, by file and by SHA1."""
    _, url = server
    assert ldbpy("script", "load", script, "-t", url).text == f"{SHA1}\n"
    assert ldbpy("script", "exists", SHA1, "-t", url).text == f"{SHA1}  known\n"
    assert ldbpy("script", "exists", script, "-t", url).code == 0
    assert ldbpy("script", "flush", "-t", url).text == "OK\n"
    gone = ldbpy("script", "exists", script, "-t", url)
    assert (gone.code, gone.text) == (1, f"{SHA1}  unknown  {script}\n")


def test_script_is_shown_where_the_server_can(server: tuple[Found, str], script: str) -> None:
    """SCRIPT SHOW gives the text; without it, what to do instead is told."""
    found, url = server
    ldbpy("script", "load", script, "-t", url)
    ran = ldbpy("script", "show", SHA1, "-t", url)
    if _has_show(found):
        assert ran.text == SCRIPT
    else:
        assert ran.code == 4
        assert ran.hint == "SCRIPT SHOW came with Valkey 8.0; elsewhere give the script's file"


def test_kill_with_nothing_to_kill(server: tuple[Found, str]) -> None:
    """That no script runs is told in words, with exit code 1."""
    found, url = server
    for family in ("script", "function") if _has_functions(found) else ("script",):
        ran = ldbpy(family, "kill", "-t", url)
        assert ran.code == 1
        assert ran.talk.startswith(f"no {family} runs")


def test_script_that_does_not_compile_shows_its_line(server: tuple[Found, str], tmp_path: Path) -> None:
    """A script the server refuses to load is shown at its line."""
    path = tmp_path / "bad.lua"
    path.write_text("local a = 1\nlocal b = = 2\n")
    ran = ldbpy("script", "load", str(path), "-t", server[1])
    assert ran.code == 1
    assert "bad.lua:2: unexpected symbol near '='" in ran.talk


def test_commands_of_another_product(server: tuple[Found, str]) -> None:
    """What only Dragonfly has says so."""
    ran = ldbpy("script", "list", "-t", server[1])
    assert (ran.code, ran.hint) == (4, "this command is one of Dragonfly's")


def test_library_is_loaded_listed_and_deleted(server: tuple[Found, str], library: str) -> None:
    """FUNCTION LOAD, LIST and DELETE; where there are none, since when there are."""
    found, url = server
    ran = ldbpy("function", "load", library, "-t", url)
    if not _has_functions(found):
        assert (ran.code, ran.hint) == (4, "function libraries came with Redis 7.0")
        return
    assert ran.text == "shop\n"
    again = ldbpy("function", "load", library, "-t", url)
    assert (again.code, again.hint) == (1, "--replace puts this one in its place")
    assert ldbpy("function", "load", library, "--replace", "-t", url).code == 0
    lines = ldbpy("function", "list", "-t", url).text.splitlines()
    assert lines[0] == "shop"
    assert sorted(lines[1:]) == ["  peek   no-writes   what is there", "  put"]
    told = json.loads(ldbpy("function", "list", "s*", "--code", "--json", "-t", url).text)
    assert told[0]["code"] == LIBRARY
    assert ldbpy("function", "delete", "shop", "-t", url).text == "OK\n"
    assert ldbpy("function", "list", "-t", url).talk == "there are no libraries\n"


def test_stored_script_runs(server: tuple[Found, str], script: str) -> None:
    """Eval: --evalsha runs what the server has; what it does not know is told."""
    _, url = server
    ldbpy("script", "load", script, "-t", url)
    assert ldbpy("eval", "--evalsha", SHA1, "a", "-t", url, "-f", "raw").text == "2\n"
    unknown = ldbpy("eval", "--evalsha", "0" * 40, "a", "-t", url)
    assert unknown.code == 2
    assert unknown.error == f"the server knows no script {'0' * 40}"


def test_stored_function_runs(valkey: str, library: str) -> None:
    """Eval: --fcall calls a function the server has; what it does not know is told with what there is."""
    ldbpy("function", "load", library, "--replace", "-t", valkey)
    assert ldbpy("eval", "--fcall", "put", "k", ",", "v", "-t", valkey, "-f", "raw").text == "\n"
    assert ldbpy("eval", "--fcall", "peek", "k", "--ro", "-t", valkey, "-f", "raw").text == "v\n"
    unknown = ldbpy("eval", "--fcall", "nope", "k", "-t", valkey)
    assert (unknown.code, unknown.hint) == (2, "there are: peek, put")


def test_stored_script_is_debugged(valkey: str, script: str) -> None:
    """Debug: --evalsha shows the text the server has."""
    ldbpy("script", "load", script, "-t", valkey)
    ran = ldbpy("debug", "--evalsha", SHA1, "d", "-t", valkey, "--batch", "--ex", "n", "--ex", "p n", "--ex", "c")
    assert f"<script {SHA1[:8]}>:1" in ran.text
    assert "return n * 2" in ran.text
    assert "(integer) 2" in ran.text


def test_stored_function_is_debugged_by_the_server(server: tuple[Found, str], library: str) -> None:
    """Debug: --fcall runs the library as a script, stops in the function, and changes nothing."""
    found, url = server
    if not _has_functions(found):
        ran = ldbpy("debug", "--fcall", "put", "k", "-t", url, "--batch")
        assert (ran.code, ran.hint[:23]) == (4, "function libraries came")
        return
    ldbpy("function", "load", library, "--replace", "-t", url)
    with WireClient(url.removeprefix("unix://")) as client:
        client.call("SET", "stock", "old")
    words = ["--ex", "b 4", "--ex", "c", "--ex", "n", "--ex", "p old", "--ex", "c"]
    ran = ldbpy("debug", "--fcall", "put", "stock", ",", "new", "-t", url, "--batch", *words)
    assert "<library shop>:4" in ran.text, ran.text + ran.talk
    assert '"old"' in ran.text
    assert ran.code == 0
    with WireClient(url.removeprefix("unix://")) as client:
        assert client.call("GET", "stock") == b"old"


def test_read_only_function_stays_read_only(server: tuple[Found, str], tmp_path: Path) -> None:
    """A function with no-writes that writes fails in the debugger too."""
    found, url = server
    if not _has_functions(found):
        return
    path = tmp_path / "lib.lua"
    path.write_text(
        "#!lua name=liar\nredis.register_function{function_name='lie', flags={'no-writes'},\n"
        "callback=function(k) return redis.call('SET', k[1], 1) end}"
    )
    ldbpy("function", "load", str(path), "--replace", "-t", url)
    ran = ldbpy("debug", "--fcall", "lie", "k", "-t", url, "--batch", "--ex", "c", "--ex", "c")
    assert ran.code == 1
    assert "Write commands are not allowed" in ran.text


def test_library_of_a_seed_is_debugged_here(library: str, tmp_path: Path) -> None:
    """On the embedded server --fcall finds a library that the seed loaded."""
    seed = tmp_path / "seed.redis"
    code = LIBRARY.replace("\n", "\\n").replace('"', '\\"')
    seed.write_text(f'FUNCTION LOAD "{code}"\nSET stock old\n')
    words = ["--seed", str(seed), "--batch", "--ex", "b 4", "--ex", "c", "--ex", "p old", "--ex", "c"]
    ran = ldbpy("debug", "--fcall", "put", "stock", ",", "new", *words)
    assert "<library shop>:4" in ran.text, ran.text + ran.talk
    assert '"old"' in ran.text


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--evalsha", "abc"], "'abc' is no SHA1 of a script"),
        (["--evalsha", "0" * 40, "--fcall", "f"], "--evalsha and --fcall are two things to run"),
        (["--fcall", "f", "-e", "return 1"], "--fcall and --code are two things to run"),
        (["--fcall", "f", "--function", "g"], "--fcall and --function are two things to run"),
    ],
)
@pytest.mark.parametrize("command", ["eval", "debug"])
def test_misuse(command: str, words: list[str], error: str) -> None:
    """What cannot be meant is refused before anything runs."""
    ran = ldbpy(command, *words)
    assert (ran.code, ran.error) == (2, error)


def test_library_of_a_file_is_debugged_by_the_server(server: tuple[Found, str], library: str) -> None:
    """Debug: --function calls a function of a file on a server that need not know it, nor know of functions."""
    _, url = server
    words = ["--batch", "--ex", "b 4", "--ex", "c", "--ex", "p args[1]", "--ex", "c"]
    ran = ldbpy("debug", library, "--function", "put", "k", ",", "v", "-t", url, *words)
    assert "shop.lua:4" in ran.text, ran.text + ran.talk
    assert '"v"' in ran.text
    assert ran.code == 0
