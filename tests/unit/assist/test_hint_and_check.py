from __future__ import annotations

import pytest

from ldbpy.assist.check import check
from ldbpy.assist.hint import hint
from ldbpy.assist.names import NOTHING, KnownNames
from ldbpy.assist.records import Kind, Language, Mistake, Name
from ldbpy.assist.signatures import signature_of
from ldbpy.flavors import FLAVORS
from ldbpy.lint.analysis.environment import LIBRARIES, fields_of
from tests.docs.generated import _environment
from tests.unit.assist.test_complete import DEBUGGER, LUA, REDIS, REPL


def shown(text: str, language: Language) -> str:
    """The hint at the end of a text, what is typed now in brackets of its own, and the note."""
    found = hint(text, len(text), NOTHING, language)
    if found is None:
        return ""
    start, end = found.current or (0, 0)
    marked = f"{found.text[:start]}«{found.text[start:end]}»{found.text[end:]}" if end else found.text
    return f"{marked} -- {found.note}" if found.note else marked


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("string.sub(", LUA, "string.sub(«s», i, [j])"),
        ("string.sub(s, 1, ", LUA, "string.sub(s, i, «[j]»)"),
        ("s:rep(", LUA, "string.rep(s, «n»)"),
        ("math.max(1, 2, 3", LUA, "math.max(x, «...»)"),
        ("f(string.len(x), ", LUA, ""),
        ("string.format('%s', tostring(", LUA, "tostring(«e»)"),
        ("redis.setresp(", LUA, "redis.setresp(«version») -- since 6.0"),
        ("redis.call(", LUA, "redis.call(«command», [arg...])"),
        ("redis.call('GET', ", LUA, "GET «key» -- 1 argument, since 1.0.0"),
        ("redis.call('XGROUP', 'CREATE', k, ", LUA, "XGROUP CREATE key «group» <id | $> [MKSTREAM]"),
        ("get", REDIS, "GET «key» -- 1 argument, since 1.0.0"),
        ("expire k ", REDIS, "EXPIRE key «seconds» [NX | XX | GT | LT] -- 2 arguments or more, since 1.0.0"),
        ("set k v p", REDIS, "SET key value [NX | XX | IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest"),
        ("zadd k n", REDIS, "ZADD key [«NX» | XX] [GT | LT] [CH] [INCR] score member [score member ...]"),
        ("zadd k l", REDIS, "ZADD key [NX | XX] [GT | «LT»] [CH] [INCR] score member [score member ...]"),
        ("zadd k 5", REDIS, "ZADD key [NX | XX] [GT | LT] [CH] [INCR] «score» member [score member ...]"),
        ("redis.call('ZADD', k, 'i", LUA, "ZADD key [NX | XX] [GT | LT] [CH] [«INCR»] score member"),
        ("nosuch ", REDIS, ""),
        ("json.get k ", REDIS, "JSON.GET ... -- 1 argument or more"),
        (".redis get ", REPL, "GET «key» -- 1 argument, since 1.0.0"),
        (".load ", REPL, ".load FILE -- Run a file."),
        ("until ", DEBUGGER, "until LINE -- Run to a line; breakpoints on the way stop the script too."),
        ("p string.len(", DEBUGGER, "string.len(«s»)"),
        ("b 7 if string.len(", DEBUGGER, "string.len(«s»)"),
        ("", LUA, ""),
    ],
)  # fmt: skip
def test_hint(text: str, language: Language, expected: str) -> None:
    """The innermost known call at the cursor, with the argument that is typed now, arity and since."""
    assert shown(text, language).startswith(expected)
    assert bool(shown(text, language)) == bool(expected)


def test_own_function_has_no_hint() -> None:
    """A variable that is called like a function of Lua is not that function."""
    assert hint("type(", 5, KnownNames([Name("type", Kind.LOCAL)])) is None


@pytest.mark.parametrize("name", [name for name in FLAVORS if name != "dragonfly"])
def test_signatures(name: str) -> None:
    """Every function a server gives to scripts has a signature."""
    environment = _environment(name)
    functions = {
        key for key, shown in environment.items() if shown == "function" and not key.startswith(("_", "string.gfind"))
    }
    assert {key for key in functions if signature_of(tuple(key.split("."))) is None} <= {"math.mod", "table.setn"}
    for library in LIBRARIES:
        for field in fields_of(library, FLAVORS[name], library=False) or ():
            found = signature_of((library, field))
            assert found is None or found.name == f"{library}.{field}"


def mistakes(text: str, language: Language, names: KnownNames = NOTHING) -> list[tuple[str, str]]:
    """The parts of a text that are wrong, and why."""
    return [(text[each.start : each.end], each.message) for each in check(text, names, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("redis.call('GETT', 'k')", LUA, [("'GETT'", "there is no command GETT")]),
        ("redis.call('GET')", LUA, [("redis.call('GET')", "too few arguments for GET: none")]),
        ("foo.bar", LUA, [("foo", "there is no global 'foo'")]),
        ("x = = 3", LUA, [("=", "unexpected symbol near '='")]),
        ("redis.cal('GET', KEYS[1])", LUA, [("redis.cal", "there is no redis.cal: it is nil")]),
        ("-- ä\nfoo()", LUA, [("foo", "there is no global 'foo'")]),
        ("1 + 1", LUA, []),
        ("1 +", LUA, []),
        ("local a = 1\na + 1", LUA, []),
        ("local a = 1\na + foo", LUA, [("foo", "there is no global 'foo'")]),
        ("local a = 1\na +", LUA, []),
        ("=KEYS[1]", REPL, []),
        ("=foo", REPL, [("foo", "there is no global 'foo'")]),
        (".time of", REPL, [("of", "there is no global 'of'")]),
        (".time off", REPL, []),
        ("for i = 1, 3 do", LUA, []),
        ("redis.call('GETT', 'k'", LUA, []),
        ("", LUA, []),
        ("gett k", REDIS, [("gett", "there is no command GETT")]),
        ("gett", REDIS, []),
        ("get", REDIS, []),
        ("get ", REDIS, [("get", "GET takes 1 argument, not 0")]),
        ("get a b c", REDIS, [("b c", "GET takes 1 argument, not 3")]),
        ("xgroup nosuch k", REDIS, [("nosuch", "XGROUP has no subcommand nosuch")]),
        ("xgroup create k", REDIS, [("xgroup create", "XGROUP CREATE takes 3 arguments or more, not 1")]),
        (".redis get a b", REPL, [("b", "GET takes 1 argument, not 2")]),
        (".nosuch", REPL, [(".nosuch", "there is no command .nosuch")]),
        (".lo", REPL, []),
        ("p nosuch", DEBUGGER, [("nosuch", "there is no global 'nosuch'")]),
        ("b 7", DEBUGGER, []),
        ("n", DEBUGGER, []),
    ],
)
def test_check(text: str, language: Language, expected: list[tuple[str, str]]) -> None:
    """What would certainly fail is marked; what is still being typed is not."""
    assert mistakes(text, language) == expected


def test_known_names_are_no_mistakes() -> None:
    """A variable of the place where something is typed is no unknown global."""
    assert mistakes("return here", LUA, KnownNames([Name("here", Kind.LOCAL)])) == []


def test_what_a_flavor_has() -> None:
    """Commands and names are those of the server that is imitated."""
    text = "redis.call('HEXPIRE', KEYS[1], 1, 'FIELDS', 1, 'f')"
    assert mistakes(text, Language(FLAVORS["redis-7.0"])) == [("'HEXPIRE'", "redis-7.0 has no HEXPIRE")]
    assert mistakes(text, Language(FLAVORS["redis-8"])) == []


def test_long_text_is_not_checked() -> None:
    """What takes longer than a key press is left alone."""
    assert check("x = = 1\n" * 10_000) == ()


def test_mistakes_lie_in_the_text() -> None:
    """A mistake at the end of the text marks its last character."""
    assert check("x = 1 )") == (Mistake(6, 7, "unexpected symbol near ')'"),)
