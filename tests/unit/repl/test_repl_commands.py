"""The commands with a dot."""

from __future__ import annotations

from pathlib import Path

import pytest

from ldbpy.repl.commands import COMMANDS, all_commands
from ldbpy.repl.repl import Mode
from tests.unit.repl.sessions import Typed


def test_unknown_command() -> None:
    """One that is not there is told, with what may have been meant."""
    assert Typed().type(".peak k") == "error: there is no command .peak\nhint: did you mean .peek?"
    assert Typed().type(".zzz") == "error: there is no command .zzz\nhint: .help tells them"


def test_commands_may_be_in_any_case() -> None:
    """Case does not matter."""
    assert Typed().type(".REDIS PING") == "PONG"


def test_every_command_tells_what_it_does() -> None:
    """Each has a summary that ends in a full stop, and the overview tells each."""
    overview = Typed().type(".help")
    for command in all_commands():
        assert command.summary.endswith("."), command.name
        assert command.summary in overview


@pytest.mark.parametrize("name", sorted({command.name for command in all_commands()} - {"quit"}))
def test_command_without_anything(name: str) -> None:
    """Alone, each does something or says what it needs; none fails as a bug would."""
    typed = Typed()
    typed.type(f".{name}")
    assert not typed.repl.done


def test_help_on_one() -> None:
    """Help on a command tells its usage, with the dot or without."""
    assert Typed().type(".help keys").startswith(".keys [PATTERN]\nList the keys")
    assert Typed().type(".help .exit").startswith(".quit, .exit, .q\n")
    assert Typed().type(".help kyes") == "error: there is no command .kyes\nhint: did you mean .keys?"


def test_modes() -> None:
    """``.redis`` alone changes what a line is, ``.lua`` changes it back; the prompt says which."""
    typed = Typed()
    assert typed.repl.prompt == "lua> "
    assert typed.type(".redis", "PING") == "PONG"
    assert typed.repl.mode is Mode.REDIS
    assert typed.repl.prompt == "redis> "
    assert typed.type(".lua 1 + 1") == "2"
    assert typed.repl.mode is Mode.REDIS
    assert typed.type("SELECT 2") == "OK"
    assert typed.repl.prompt == "redis[2]> "
    assert typed.type(".lua", "1 + 1") == "2"


def test_database_is_shared() -> None:
    """Lua begins in the database that was selected."""
    typed = Typed()
    assert typed.type(".redis SELECT 3", "redis.call('SET', 'k', 'v')", ".redis GET k") == '"v"'
    assert typed.type(".redis SELECT 0", ".redis GET k") == "(nil)"


def test_several_lines_at_once() -> None:
    """Lines of commands that were pasted together are carried out one by one, Lua among them, too."""
    typed = Typed()
    assert typed.type(".redis SET k 1\n.redis INCR k\nfor i = 1, 2 do\nend\n1 + 1\n") == "OK\n(integer) 2\n2"
    typed.type(".redis")
    assert typed.type("INCR k\nNOPE\nINCR k\n.lua\n7").splitlines() == [
        "(integer) 3",
        "(error) ERR unknown command 'NOPE', with args beginning with: ",
        "(integer) 4",
        "7",
    ]
    assert typed.repl.failed
    assert typed.type(".lua local x = 1\nreturn x + 1") == "2"


def test_blanks_around_a_command() -> None:
    """Tabs and blanks may stand between a command and what follows."""
    assert Typed().type(".redis\tECHO  hello ") == '"hello"'


def test_args() -> None:
    """KEYS and ARGV are set, told, and emptied."""
    typed = Typed()
    assert typed.type('.args a "b c" , 1') == 'KEYS 1 a 2 "b c"\nARGV 1 1'
    assert typed.type("KEYS[2], ARGV[1]") == '"b c"\n"1"'
    assert typed.type(".args ,") == "KEYS none\nARGV none"
    assert typed.type('.args "a') == "error: a quote is not closed, or text follows it"


def test_locals() -> None:
    """The variables of the session are shown by name."""
    typed = Typed()
    assert typed.type(".locals") == "no variables yet: local x = 1"
    assert typed.type("local b, a = {1}, nil", ".locals") == "a = nil\nb = {1}"
    assert typed.type(".reset", ".locals") == "no variables yet: local x = 1"


def test_load(tmp_path: Path) -> None:
    """A file runs as if it were typed, and errors in it name it."""
    path = tmp_path / "a.lua"
    path.write_text("local rate = 5\nlocal function twice()\n  return rate * 2 + nothing\nend\n")
    typed = Typed()
    assert typed.type(f".load {path}") == ""
    assert typed.type("rate") == "5"
    assert typed.type("twice()").startswith(f"error: {path}:3: Script attempted")


def test_load_library(tmp_path: Path) -> None:
    """A function library is loaded, and again when it has changed."""
    path = tmp_path / "lib.lua"
    path.write_text("#!lua name=mylib\nredis.register_function('f', function(keys, args) return #keys end)\n")
    typed = Typed()
    assert typed.type(f".load {path}") == '"mylib"'
    assert typed.type(f".load {path}", ".redis FCALL f 2 a b") == "(integer) 2"


def test_run(tmp_path: Path) -> None:
    """A script runs as EVAL does: it sees no variables of the session, but its data."""
    path = tmp_path / "a.lua"
    path.write_text("redis.call('SET', KEYS[1], ARGV[1])\nreturn {KEYS[1], type(hidden)}\n")
    typed = Typed()
    shown = typed.type("local hidden = 1", f".run {path} k , v")
    assert shown.startswith(f"error: {path}:2: Script attempted to access nonexistent global variable 'hidden'")
    path.write_text("return redis.call('GET', KEYS[1])")
    assert typed.type(f".run {path} k") == '"v"'


@pytest.mark.parametrize("name", ["load", "run", "seed", "debug"])
def test_file_that_is_not_there(name: str) -> None:
    """A file that cannot be read is told."""
    assert Typed().type(f".{name} nowhere.lua") == "error: cannot read nowhere.lua: no such file or directory"


def test_debug_of_an_expression() -> None:
    """What an expression needs of the session is declared above it, in order, and nothing else."""
    typed = Typed()
    typed.type(
        "local unused = 1",
        "local rate = 5",
        "local function twice(n) return n * rate end",
        ".args k , 1",
        ".debug twice(2)",
    )
    request = typed.repl.to_debug
    assert request is not None
    assert request.script.body == (b"local rate = 5\nlocal function twice(n) return n * rate end\nreturn twice(2)")
    assert (request.keys, request.args) == ((b"k",), (b"1",))


def test_debug_of_an_expression_with_a_sign() -> None:
    """A sign that asks for a value is no part of the script."""
    typed = Typed()
    typed.type(".debug =1 + 1")
    assert typed.repl.to_debug is not None
    assert typed.repl.to_debug.script.body == b"return  1 + 1"


def test_debug_of_a_file(tmp_path: Path) -> None:
    """A file is debugged with its own keys and arguments."""
    path = tmp_path / "a.lua"
    path.write_text("return 1")
    typed = Typed()
    typed.type(f".debug {path} k , 1")
    request = typed.repl.to_debug
    assert request is not None
    assert (request.script.body, request.keys, request.args) == (b"return 1", (b"k",), (b"1",))


def test_debug_of_what_is_no_lua() -> None:
    """A mistake is told before anything is debugged."""
    typed = Typed()
    assert typed.type(".debug 1 +").startswith("error: that is no Lua: unexpected symbol")
    assert typed.repl.to_debug is None


def test_keys() -> None:
    """Keys are listed by pattern, so that they could be typed."""
    typed = Typed()
    assert typed.type(".keys") == "no keys"
    typed.type('.redis MSET a:1 x a:2 x "b c" x')
    assert typed.type(".keys") == 'a:1\na:2\n"b c"'
    assert typed.type(".keys a:*") == "a:1\na:2"
    assert typed.type(".keys a b").startswith("error: one pattern at a time")


def test_many_keys_are_not_all_listed() -> None:
    """Of many keys the first are listed, and how many there are."""
    typed = Typed()
    typed.type("for i = 1, 250 do redis.call('SET', 'k' .. i, i) end")
    lines = typed.type(".keys").splitlines()
    assert (len(lines), lines[-1]) == (101, "… 250 in all")


def test_seed_and_save(tmp_path: Path) -> None:
    """What is saved can be given to another session."""
    path = tmp_path / "data.redis"
    first = Typed()
    first.type(".redis SET a 1 EX 1000", ".redis RPUSH l x y", '.redis HSET h f "v w"', ".redis ZADD z 1.5 m")
    assert first.type(f".save {path}") == f"4 keys saved to {path}"
    assert first.type(f".save {path}") == f"error: cannot write {path}: file exists"
    second = Typed()
    assert second.type(f".seed {path}") == "5 commands run"
    for command in ("GET a", "LRANGE l 0 -1", "HGETALL h", "ZRANGE z 0 -1 WITHSCORES"):
        assert second.type(f".redis {command}") == first.type(f".redis {command}"), command
    assert int(second.type(".redis TTL a").split()[-1]) > 900


def test_save_of_what_was_typed(tmp_path: Path) -> None:
    """To a Lua file the Lua is saved that went well, which runs as it is."""
    path = tmp_path / "session.lua"
    typed = Typed()
    typed.type("local x = 1", "error('no')", "x = x + 1", "local function f()\n  return x\nend")
    assert typed.type(f".save {path}") == f"3 inputs saved to {path}"
    assert Typed().type(f".load {path}", "f()") == "2"


def test_seed_that_fails_changes_nothing(tmp_path: Path) -> None:
    """A line that fails is told, and what came before it is undone."""
    path = tmp_path / "data.redis"
    path.write_text("SET a 1\nSET a\n")
    typed = Typed()
    assert typed.type(f".seed {path}").startswith(f"error: {path}:2: SET: ERR wrong number of arguments")
    assert typed.type(".keys") == "no keys"


def test_server() -> None:
    """Another server is imitated with the same data; variables are gone."""
    typed = Typed()
    typed.type("local x = 1", ".redis SET k v EX 100")
    assert typed.type(".server valkey-9") == "valkey-9, embedded: the data is kept, variables and scripts are gone"
    assert typed.type(".redis GET k") == '"v"'
    assert typed.type("server.SERVER_NAME") == '"valkey"'
    assert "nonexistent" in typed.type("x")
    assert typed.type(".server").startswith("valkey-9, embedded\nthere are: redis-6.2, ")


def test_server_that_is_not_there() -> None:
    """A flavor that is none leaves everything as it is."""
    typed = Typed()
    assert typed.type("local x = 1", ".server redis-99").startswith("error: ")
    assert typed.type("x") == "1"


def test_times_and_commands() -> None:
    """What inputs take and call is told from when it is asked for until it is not."""
    typed = Typed()
    assert typed.type(".time") == "times are told"
    assert "commands      1" in typed.type("redis.call('PING')")
    assert typed.type(".time off", ".trace on") == "commands are told"
    assert typed.type("redis.call('PING')").startswith("input2:1   PING  → PONG")
    assert typed.type(".trace", "redis.call('PING')") == '{ok = "PONG"}'


def test_times_and_commands_of_one_input() -> None:
    """Behind ``.time`` and ``.trace`` stands an input as at the prompt, and only that is told of."""
    typed = Typed()
    shown = typed.type(".time redis.call('PING')").splitlines()
    assert (shown[0], shown[1].split()[0], shown[2]) == ('{ok = "PONG"}', "time", "commands      1")
    shown = typed.type(".trace .time local x = 1\nredis.call('ECHO', 'a')").splitlines()
    assert shown[0].startswith("input2:2   ECHO a  → ")
    assert shown[1:2] + [line.split()[0] for line in shown[2:]] == ['"a"', "time", "commands", "instructions", "memory"]
    assert typed.type("x") == "1"
    told = typed.type(".TIME .redis ECHO a").splitlines()
    assert (told[0], told[1].split()[0], len(told)) == ('"a"', "time", 2)
    assert typed.type(".redis", ".time ECHO a").splitlines()[0] == '"a"'
    assert typed.type(".time .time .nope") == "error: there is no command .nope\nhint: .help tells them"
    assert typed.type("ECHO b") == '"b"'
    assert typed.repl.failed


def test_times_of_many_times() -> None:
    """However often it stands there, it is one."""
    assert Typed().type(".time " * 100_000 + "1").splitlines()[0] == "1"


def test_times_of_a_script(tmp_path: Path) -> None:
    """What a script took that a file holds is told as well."""
    file = tmp_path / "script.lua"
    file.write_text("return redis.call('ECHO', ARGV[1])")
    shown = Typed().type(f".trace .time .run {file} , a").splitlines()
    assert shown[0].startswith(f"{file}:1   ECHO a  → ")
    assert [shown[1], *(line.split()[0] for line in shown[2:4])] == ['"a"', "time", "commands"]


def test_lua_is_stopped_as_lua_behind_other_words() -> None:
    """Whether an input runs Lua is seen through ``.time`` and ``.trace``."""
    repl = Typed().repl
    assert [repl.runs_lua(text) for text in (b".time x", b".trace .time .run x", b".time on", b".time .keys")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("name", COMMANDS["quit"].names)
def test_quit(name: str) -> None:
    """Each of its names ends the session."""
    typed = Typed()
    typed.type(f".{name}")
    assert typed.repl.done


def test_known_keys() -> None:
    """Keys are known that were given, named, listed, or are there."""
    typed = Typed()
    typed.type(".args given", ".redis GET named", "redis.call('SET', 'there', 1)")
    assert set(typed.repl.known_keys()) == {b"given", b"named", b"there"}
