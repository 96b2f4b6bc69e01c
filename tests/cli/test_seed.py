"""``--seed``: Redis commands before the script."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import Ran, ldbpy

KEPT = "nothing of the seed file was kept, and the script was not run"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _seeded(seed: bytes, code: str = "return redis.call('GET', 'a')", *args: str) -> Ran:
    Path("seed.redis").write_bytes(seed)
    return ldbpy("eval", "-e", code, "--seed", "seed.redis", "--format", "resp", *args)


@pytest.mark.parametrize(
    ("seed", "value"),
    [
        (b"SET a 1", b"$1\r\n1\r\n"),
        (b"set a 1\n", b"$1\r\n1\r\n"),
        (b"  SET \t a   1  \n", b"$1\r\n1\r\n"),
        (b"SET a 1\r\nSET b 2\r\n", b"$1\r\n1\r\n"),
        (b"SET a 1\rSET b 2\r", b"$1\r\n1\r\n"),
        (b'SET a "two words"', b"$9\r\ntwo words\r\n"),
        (rb'SET a "q\"q\\\n\x00\xff"', b'$7\r\nq"q\\\n\0\xff\r\n'),
        (rb"SET a 'it\'s \n'", b"$7\r\nit's \\n\r\n"),
        (b'SET a ""', b"$0\r\n\r\n"),
        (b"SET a \xff\xe9", b"$2\r\n\xff\xe9\r\n"),
        (b"# SET a 2\n\n   # SET a 3\nSET a 1\n\t\n", b"$1\r\n1\r\n"),
        (b"SET a 1 # no comment", None),
        (b"MULTI\nSET a 0\nINCR a\nEXEC\n", b"$1\r\n1\r\n"),
        (b"MULTI\nSET a 1\nDISCARD\n", b"$-1\r\n"),
        (b"", b"$-1\r\n"),
        (b"\n\n# nothing\n", b"$-1\r\n"),
    ],
)
def test_quoting_and_comments(seed: bytes, value: bytes | None) -> None:
    """Lines are quoted as for redis-cli; empty lines and lines that begin with ``#`` are passed over."""
    ran = _seeded(seed)
    if value is None:
        ran.failed(2, "seed.redis:1: SET: ERR syntax error", KEPT)
    else:
        assert (ran.code, ran.out, ran.err) == (0, value, b"")


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        (b"SET a 1\nINCR a b\n", "2: INCR: ERR wrong number of arguments for 'incr' command"),
        (b"SET a x\n\n# why\nincr a", "4: INCR: ERR value is not an integer or out of range"),
        (b"SET a 1\nLPUSH a 2", "2: LPUSH: WRONGTYPE Operation against a key holding the wrong kind of value"),
        (b"NOSUCH a", "1: NOSUCH: ERR unknown command 'NOSUCH', with args beginning with: 'a' "),
        (b'SET a "b', "1: a quote is not closed, or text follows it"),
        (b"SET a 'b'c", "1: a quote is not closed, or text follows it"),
        (b"EVAL 'return 1' 5 a", "1: EVAL: ERR Number of keys can't be greater than number of args"),
        (b"EVAL 'return 1' -1", "1: EVAL: ERR Number of keys can't be negative"),
        (b"EVAL 'return 1' x", "1: EVAL: ERR value is not an integer or out of range"),
        (
            b"EVAL 'if' 0",
            "1: EVAL: ERR Error compiling script (new function): user_script:1: unexpected symbol near '<eof>'",
        ),
        (
            b"EVALSHA ffffffffffffffffffffffffffffffffffffffff 0",
            "1: EVALSHA: NOSCRIPT No matching script. Please use EVAL.",
        ),
        (b"SET a 1\nMULTI\nSET b 1\n", "2: MULTI: no EXEC follows"),
        (b"MULTI\nSET a x\nINCR a\nEXEC", "4: EXEC: ERR value is not an integer or out of range"),
        (b"WATCH a\nSET a 1\nMULTI\nEXEC", "4: EXEC: a watched key had changed"),
        (b"EXEC", "1: EXEC: ERR EXEC without MULTI"),
        (b"SHUTDOWN", "1: SHUTDOWN: ERR the embedded store does not have the command 'shutdown'"),
    ],
)
def test_line_that_fails(seed: bytes, message: str) -> None:
    """A line that fails is told by file and line; the script does not run."""
    ran = _seeded(seed, "redis.log(3, 'ran') return 1")
    ran.failed(2, f"seed.redis:{message}", KEPT)


def test_control_characters_of_a_line_that_fails() -> None:
    """Nothing of a seed file reaches the terminal raw."""
    ran = _seeded(b"\xef\xbb\xbfSET a 1\n")
    assert ran.code == 2
    assert ran.error.startswith("seed.redis:1: \\ufeffSET: ERR unknown command '\\ufeffSET'")
    assert b"\x1b" not in _seeded(b"A\x1b[31m b").err


def test_missing_file() -> None:
    """A seed file that is not there."""
    ran = ldbpy("eval", "-e", "return 1", "--seed", "nosuch")
    ran.failed(2, "cannot read nosuch: no such file or directory")


def test_directory() -> None:
    """A seed file that is none."""
    ldbpy("eval", "-e", "return 1", "--seed", ".").failed(2, "cannot read .: is a directory")


def test_any_command_will_do() -> None:
    """Seeds may load scripts and functions, and run them."""
    seed = b"""
SCRIPT LOAD "return redis.call('SET', KEYS[1], 'by sha')"
EVALSHA 5e38d5c5e4a3a5f9bdf4b2bd7a6c6e3ef1b4b5c6 1 b
"""
    assert _seeded(seed).error.startswith("seed.redis:3: EVALSHA: NOSCRIPT")
    function = rb"redis.register_function('f', function(k, a) return redis.call('SET', k[1], a[1]) end)"
    library = rb'FUNCTION LOAD "#!lua name=l\n' + function + b'"\n'
    assert _seeded(library + b"FCALL f 1 a by-function").out == b"$11\r\nby-function\r\n"
    assert _seeded(b"EVAL \"return redis.call('SET', KEYS[1], ARGV[1])\" 1 a by-eval").out == b"$7\r\nby-eval\r\n"


def test_every_type() -> None:
    """A seed makes keys of every type."""
    seed = b"RPUSH l 1\nHSET h f v\nSADD s m\nZADD z 1 m\nXADD x 1-1 f v\nSETEX t 100 v\n"
    code = "local t = {} for key in ('lhszxt'):gmatch('.') do t[#t + 1] = redis.call('TYPE', key) end return t"
    assert _seeded(seed, code).out == b"*6\r\n+list\r\n+hash\r\n+set\r\n+zset\r\n+stream\r\n+string\r\n"


def test_seed_is_not_told_as_a_change() -> None:
    """What the seed did is the beginning, not a change of the script's."""
    ran = _seeded(b"SET a 1", "return redis.call('SET', 'b', 2)", "--diff")
    assert ran.lines == ['changed   + b   string "2"']


def test_select_lasts_for_the_seed_only() -> None:
    """The script begins in database 0 whatever the seed selected."""
    assert _seeded(b"SET a zero\nSELECT 1\nSET a one").out == b"$4\r\nzero\r\n"


def test_full_server() -> None:
    """``CONFIG SET maxmemory`` makes a server that is out of memory."""
    ran = _seeded(b"SET a 1\nCONFIG SET maxmemory 1", "return redis.call('SET', 'b', 1)")
    assert ran.code == 1
    assert ran.error == "<code>:1: OOM command not allowed when used memory > 'maxmemory'."


def test_script_of_a_seed_that_never_ends() -> None:
    """The time limit holds for scripts of the seed too."""
    ran = _seeded(b"EVAL 'while true do end' 0", "return 1", "--timeout", "0.2")
    ran.failed(2, "seed.redis:1: EVAL: ERR the script ran longer than 0.2 s", KEPT)
