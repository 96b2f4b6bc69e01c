"""Our verdict, first message and line against a real Lua 5.1's."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldbpy.script.ast import Block, Call, MethodCall, walk
from ldbpy.script.lexer import tokenize
from ldbpy.script.parser import parse
from tests.unit.script.corpus import SCRIPTS, mutants
from tests.unit.script.oracle import lua_says, we_say
from tests.unit.script.programs import program
from tests.unit.script.snippets import SNIPPETS


def calls(body: Block) -> int:
    """Count the calls of a tree."""
    return sum(type(node) in (Call, MethodCall) for node in walk(body))


def numbered(count: int, form: bytes) -> bytes:
    """Repeat a piece of source with the numbers from 0 on in it."""
    return b"".join(form.replace(b"#", b"%d" % i) for i in range(count))


# Valid sources


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_scripts_are_valid(script: bytes) -> None:
    """The scripts that mutants are made of are valid to Lua and to us."""
    assert (lua_says(script), we_say(script)) == (None, None)


def test_random_programs() -> None:
    """Ten thousand random valid programs are valid to Lua and to us."""
    random = Random(61)
    for _ in range(10_000):
        source = program(random)
        assert (lua_says(source), we_say(source)) == (None, None), source


# Invalid sources


@pytest.mark.parametrize(("source", "said"), SNIPPETS, ids=[str(i) for i in range(len(SNIPPETS))])
def test_snippets(source: bytes, said: tuple[int, str] | None) -> None:
    """Lua says of a snippet what is written down, and so do we."""
    assert (lua_says(source), we_say(source)) == (said, said)


def test_random_programs_with_another_token() -> None:
    """Random programs in which one token is replaced by another get Lua's verdict, message and line."""
    random = Random(62)
    for _ in range(5_000):
        source = program(random)
        tokens = tokenize(source.decode("latin-1"))
        index, other = random.randrange(len(tokens.kinds)), random.choice(tokens.texts)
        source = source[: tokens.starts[index]] + other.encode("latin-1") + source[tokens.ends[index] :]
        assert we_say(source) == lua_says(source), source


def test_mutants() -> None:
    """Scripts with one token deleted or doubled, or cut, get Lua's verdict, message and line."""
    for _, _, mutant in mutants(63, 2_000):
        assert we_say(mutant) == lua_says(mutant), mutant


def test_mutants_keep_their_calls() -> None:
    """More than 95 of 100 calls stay in the tree of a script with one token deleted or doubled."""
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for how, script, mutant in mutants(64, 1_000):
        chunk = parse(mutant)
        if chunk.problems:
            whole = calls(parse(script).body)
            before[how] += whole
            after[how] += min(whole, calls(chunk.body))
    assert after["delete"] > 0.95 * before["delete"]
    assert after["duplicate"] > 0.95 * before["duplicate"]


def test_mutants_have_little_noise() -> None:
    """One wrong token gives few more than one problem."""
    counts = [count for _, _, mutant in mutants(65, 1_000) if (count := len(parse(mutant).problems))]
    assert len(counts) > 600
    assert sum(counts) / len(counts) < 1.1


def test_two_mutations_give_two_problems() -> None:
    """Two wrong tokens some lines apart are nearly always both told."""
    random = Random(66)
    told: list[bool] = []
    while len(told) < 300:
        script = random.choice(list(SCRIPTS.values()))
        tokens = tokenize(script.decode("latin-1"), script.find(b"\n") if script.startswith(b"#!") else 0)
        first, second = sorted(random.sample(range(len(tokens.kinds) - 1), 2))
        cuts = [slice(tokens.starts[index], tokens.ends[index]) for index in (first, second)]
        one = script[: cuts[0].start] + script[cuts[0].stop :]
        other = script[: cuts[1].start] + script[cuts[1].stop :]
        problems = parse(one).problems, parse(other).problems
        if all(problems) and problems[1][0].line - problems[0][0].line >= 3:
            both = script[: cuts[0].start] + script[cuts[0].stop : cuts[1].start] + script[cuts[1].stop :]
            told.append(problems[1][0].message in {problem.message for problem in parse(both).problems})
    assert sum(told) > 0.95 * len(told)


# Limits


@pytest.mark.parametrize("count", [195, 196, 197, 198, 199, 200, 201, 205])
@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        (b"(", b")"),
        (b"{", b"}"),
        (b'{a\n\n"', b'"}'),
        (b"{[\n", b"]=1}"),
        (b"f(", b")"),
        (b"a[", b"]"),
        (b"not ", b""),
        (b"-", b""),
        (b"a..", b""),
        (b"a^", b""),
        (b"a+", b""),
        (b"a and a or ", b""),
    ],
)
def test_levels_of_expressions(opening: bytes, closing: bytes, count: int) -> None:
    """Lua and we find the same expressions nested too deeply."""
    source = b"x = " + opening.replace(b"-", b"- ") * count + b"a" + closing * count
    assert we_say(source) == lua_says(source)


@pytest.mark.parametrize("count", [98, 99, 100, 101, 198, 199, 200, 201, 205])
@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        (b"do\n", b"end "),
        (b"while x do ", b"end "),
        (b"repeat ", b"until x "),
        (b"if x then ", b"end "),
        (b"if x then else ", b"end "),
        (b"for i in x do ", b"end "),
        (b"function f() ", b"end "),
        (b"local function f() ", b"end "),
        (b"x = function() ", b"end "),
        (b"return function() ", b"end "),
        (b"x = {function() ", b"end} "),
    ],
)
def test_levels_of_blocks(opening: bytes, closing: bytes, count: int) -> None:
    """Lua and we find the same blocks nested too deeply."""
    if opening == b"for i in x do ":
        count //= 4  # each has four locals
    source = opening * count + closing * count
    assert we_say(source) == lua_says(source)


@pytest.mark.parametrize("count", [195, 196, 197, 198, 199, 200, 201])
@pytest.mark.parametrize(
    "form",
    [
        b"@",
        b"local x, y@local z",
        b"@for i = 1, 2 do end",
        b"@for i, j in x do end",
        b"@local function f() end",
        b"do @ end local x",
        b"function f()\n@ end",
        b"function f(...)\n@ end",
        b"function a:f(b)\n@ end",
        b"local function f()\n@ end",
        b"x = function(\n)\n@ end",
        b"@local function g() local x end",
        b"@\nrepeat local x until y",
    ],
)
def test_local_limit(form: bytes, count: int) -> None:
    """Lua and we find the same functions with too many locals."""
    source = form.replace(b"@", numbered(count, b"local a#\n"))
    assert we_say(source) == lua_says(source)


@pytest.mark.parametrize("count", [196, 197, 198, 199, 200, 201])
@pytest.mark.parametrize(
    "form",
    [
        b"local @b",
        b"function f(@b) end",
        b"function f(@...) end",
        b"function f:g(@b) end",
        b"for @b in x do end",
        b"@b = 1",
        b"do do @b = 1 end end",
        b"\n\nlocal function f()\n@b = 1 end",
    ],
)
def test_limits_of_lists(form: bytes, count: int) -> None:
    """Lua and we find the same lists of names too long."""
    source = form.replace(b"@", numbered(count, b"a#,"))
    assert we_say(source) == lua_says(source)


@pytest.mark.parametrize("count", [59, 60, 61, 62])
@pytest.mark.parametrize(
    "form",
    [
        b"local function f()\n@ end",
        b"local function f()\n@ @ end",
        b"function f()\nlocal g = function()\n\n@ end end",
        b"function f()\nlocal b local g = function()\nx = b @ end end",
        b"function f()\nlocal g = function() @ end\n@ end",
        b"function f(...)\nlocal g = function() x = arg @ end end",
        b"function f()\n@ 3x end",
        b"function f()\n@ 'a\n end",
        b"function a0.f()\n@ end",
    ],
)
def test_upvalue_limit(form: bytes, count: int) -> None:
    """Lua and we find the same functions with too many upvalues."""
    source = numbered(count, b"local a# = 1\n") + form.replace(b"@", numbered(count, b"x = a#\n"))
    assert we_say(source) == lua_says(source)


def test_random_scopes() -> None:
    """Lua and we agree on names declared, hidden and used at random in functions within functions."""
    random = Random(67)
    outcomes = set()
    for _ in range(300):
        lines = [f"local v{i}" for i in range(random.choice((70, 120, 190)))]
        ends = ""
        for _ in range(random.randint(50, 300)):
            name, other = f"v{random.randrange(90)}", f"v{random.randrange(90)}"
            params = random.choice(("", "a", name, f"{name}, {other}", "..."))
            blocks = (f"local function {name}({params})", "do", f"for {name} = 1, 2 do", "while x do")
            kind = random.random()
            if kind < 0.06 and len(ends) < 120:
                lines.append(random.choice(blocks))
                ends += " end"
            elif kind < 0.1 and ends:
                lines.append("end")
                ends = ends[4:]
            else:
                lines.append(f"local {name} = {other}" if kind < 0.3 else f"{other} = {name}")
        source = "\n".join([*lines, ends]).encode()
        said = lua_says(source)
        assert we_say(source) == said, source
        outcomes.add(said[1].rpartition(" ")[2] if said else "valid")
    assert outcomes == {"valid", "upvalues", "variables"}


# Arbitrary sources

_SOUP = [
    *b"and break do else elseif end false for function if in local nil not or repeat return then true until".split(),
    *b"while + - * / % ^ # == ~= <= >= < > = ( ) { } [ ] ; : , . .. ... a b c x1 self arg 1 0x10 3. .5 3x".split(),
    *b"'a' 'b\\n' [[c]] [==[d]==] --[[y]] --[[ [[ ! @ $ & | ~ ? \" ' [= \\ \0 \x01 \x7f \xe9 '\\300' '\\z'".split(b" "),
    *(b"\n", b"\r", b"\r\n", b"\n\r", b"\f", b" ", b"--x\n", b"'\\\n'", b"a\n", b"(\n", b"\n(", b"f(", b"g{", b"x.y ="),
    *(b"function(", b"local function f(", b"for i = 1, 2 do", b"for k in", b"local x =", b"if x then", b"end end"),
]


@settings(derandomize=True, deadline=None, max_examples=4_000)
@given(st.lists(st.sampled_from(_SOUP), max_size=16), st.sampled_from([b" ", b" ", b"", b"\n"]))
def test_token_soup(pieces: list[bytes], glue: bytes) -> None:
    """Tokens in any order get Lua's verdict, message and line."""
    source = glue.join(pieces)
    assert we_say(source) == lua_says(source)


@settings(derandomize=True, deadline=None, max_examples=3_000)
@given(st.binary(max_size=60).filter(lambda source: not source.startswith((b"\x1b", b"#!"))))
def test_any_bytes(source: bytes) -> None:
    """Any bytes get Lua's verdict, message and line. Bytecode apart: the servers refuse it as text."""
    assert we_say(source) == lua_says(source)


@settings(derandomize=True, deadline=None, max_examples=3_000)
@given(st.lists(st.sampled_from([bytes([c]) for c in b"\0\n\r \"'[]=-.\\abx019eE+(){}:;,#\x80\xff~"]), max_size=24))
def test_lexical_soup(pieces: list[bytes]) -> None:
    """The characters that tokens are made of, in any order, get Lua's verdict, message and line."""
    source = b"".join(pieces)
    assert we_say(source) == lua_says(source)


def test_bytecode_is_text() -> None:
    """A source that starts like bytecode is read as text, as the servers do."""
    assert we_say(b"\x1bLua") == (1, "unexpected symbol near 'char(27)'")
