"""Scripts inside Python files: which are found, and where each byte of them stands."""

from __future__ import annotations

import ast
import textwrap
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ldbpy.errors import ScriptFileError
from ldbpy.script.python_calls import may_hold_scripts
from ldbpy.script.python_scripts import PythonScript, PythonScripts, scripts_in


def _scripts(text: str) -> PythonScripts:
    return scripts_in("app.py", textwrap.dedent(text).encode())


def _bodies(text: str) -> list[bytes]:
    return [each.body for each in _scripts(text).scripts]


def _only(text: str) -> PythonScript:
    (found,) = _scripts(text).scripts
    return found


@pytest.mark.parametrize(
    "call",
    [
        'r.register_script("return 1")',
        'r.register_script(script="return 1")',
        'self.redis.client.register_script("return 1")',
        'r.eval("return 1", 0)',
        'await_ = r.eval("return 1", numkeys=0)',
        'r.eval_ro("return 1", 1, key)',
        'r.eval(script="return 1", keys=[])',
        'r.script_load("return 1")',
        'r.function_load(code="return 1")',
        'r.execute_command("eval", "return 1", 0)',
        'r.execute_command("EVAL_RO", b"return 1", 0)',
        "r.eval('return ' '1', 0)",
        'r.eval("return " + "1", 0)',
        'r.eval("""return 1""".strip(), 0)',
        'r.eval("return 1".encode(), 0)',
        'r.eval(textwrap.dedent("return 1"), 0)',
        'get()["r"].eval("return 1", 0)',
        'pipe.set("k", 1).eval("return 1", 0).execute()',
        "f(lambda: r.eval('return 1', 0))",
    ],
)
def test_calls(call: str) -> None:
    """A script is what the methods of clients take for one."""
    assert _bodies(call) == [b"return 1"]


@pytest.mark.parametrize(
    "call",
    [
        'eval("return 1", 0)',
        'frame.eval("a + b")',
        'r.evalsha("return 1", 0)',
        'r.execute_command("GET", "return 1", 0)',
        "r.eval(script, 0)",
        "r.eval(7, 0)",
        "r.register_script()",
        'r.register_script("")',
        "r.eval(x[0], 0)",
    ],
)
def test_other_calls(call: str) -> None:
    """What takes no script, or one that stands elsewhere, is left alone."""
    found = _scripts(call)
    assert (found.scripts, found.built) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        'S = "return 1"\nr.eval(S, 0)',
        'S: Final = "return 1"\ndef f(r):\n    return r.eval(S, 0)',
        'def f(r):\n    s = "return 1"\n    return r.eval(s, 0)',
        'class A:\n    S = "return 1"\n    def f(self, r):\n        return r.eval(self.S, 0)',
        'class A:\n    S = "return 1"\n    @classmethod\n    def f(cls, r):\n        return r.eval(cls.S, 0)',
        'class A:\n    S = "return 1"\nr.eval(A.S, 0)',
        'class A:\n    S = "return 1"\n    script = r.register_script(S)',
        'class A:\n    def __init__(s):\n        s.x = 1\n        self.s = "return 1"\n        r.eval(self.s, 0)',
        'A = "return "\nB = A + "1"\nC = B\nr.eval(C, 0)',
        'def f():\n    r.eval(S, 0)\nS = "return 1"',
    ],
)
def test_names(text: str) -> None:
    """A name or attribute that is given one value is that value."""
    assert _bodies(text) == [b"return 1"]


@pytest.mark.parametrize(
    "text",
    [
        'S = "a"\nS = "b"\nr.eval(S, 0)',
        'S = "a"\nif x:\n    S += "b"\nr.eval(S, 0)',
        'S = "a"\ndef f(S):\n    r.eval(S, 0)',
        'S = "a"\nfor S in x:\n    r.eval(S, 0)',
        'S = "a"\ndef f():\n    global S\n    S = "b"\nr.eval(S, 0)',
        'class A:\n    S = "a"\n    def f(self):\n        r.eval(S, 0)',
        "S = S\nr.eval(S, 0)",
        "from x import S\nr.eval(S, 0)",
    ],
)
def test_names_of_several_values(text: str) -> None:
    """A name of which it is not sure what it is stands for nothing."""
    assert _bodies(text) == []


@pytest.mark.parametrize(
    "script", ['f"return {x}"', '"return {}".format(x)', '"return %d" % x', '"return " + x', "A", '"".join(x)']
)
def test_built(script: str) -> None:
    """A script that is put together while the program runs is not read, but counted."""
    found = _scripts(f'A = f"{{x}}"\n\nr.eval({script}, 0)')
    assert (found.scripts, found.built) == ((), (3,))


@pytest.mark.parametrize(
    ("call", "numbers"),
    [
        ("r.eval(S, 2, a, b, c)", (2, 1)),
        ("r.eval(S, 0)", (0, 0)),
        ("r.eval(S, 1, *keys)", (1, None)),
        ("r.eval(S, n, a, b)", (None, None)),
        ("r.eval(S, len(k), *k)", (None, None)),
        ("r.eval(S, keys=[a, b], args=[c])", (2, 1)),
        ("r.eval(S, keys=k, args=(c,))", (None, 1)),
        ('r.execute_command("EVAL", S, 1, a, b)', (1, 1)),
        ("r.eval(S, 2, a, b)\nr.eval(S, 2, a, b, c)", (2, None)),
        ("f = r.register_script(S)\nf(keys=[a], args=[b, c])", (1, 2)),
        ("f = r.register_script(S)\nf([a], [b])\nf(keys=[a])", (1, None)),
        ("f = r.register_script(S)\nf(**given)", (None, None)),
        ("f = r.register_script(S)", (None, None)),
        ("r.script_load(S)", (None, None)),
    ],
)
def test_numbers(call: str, numbers: tuple[int | None, int | None]) -> None:
    """The calls say how many keys and arguments there are, if they agree."""
    found = _only(f'S = "return 1"\n{call}').called_with
    assert (found.keys, found.args) == numbers


def test_where_the_number_is_said() -> None:
    """The line of the call is told."""
    assert _only('S = "return 1"\n\nr.eval(S, 2, a, b)').called_with.where == "the call on line 3"


def test_once() -> None:
    """A script that is used twice is one script."""
    assert _bodies('S = "return 1"\nr.eval(S, 0)\nr.register_script(S)') == [b"return 1"]


@pytest.mark.parametrize(
    "text", [b"r.eval('return 1', 0", b"r.eval(\0)", b"# -*- coding: nosuch -*-\nr.eval('x', 0)", b"r.eval('\xff', 0)"]
)
def test_no_python(text: bytes) -> None:
    """What Python itself does not read is told as such."""
    with pytest.raises(ScriptFileError, match=r"^app\.py:"):
        scripts_in("app.py", text)


def test_deep() -> None:
    """Nor do files that are nested too deeply do harm."""
    with pytest.raises(ScriptFileError, match=r"^app\.py"):
        scripts_in("app.py", b"r.eval(" * 10_000 + b")" * 10_000)


def test_long_sum() -> None:
    """A script written as a sum of a thousand lines is read."""
    assert _only("r.eval(" + " + ".join(['"x\\n"'] * 900) + ", 0)").body == b"x\n" * 900


def test_quick_look() -> None:
    """Files without such calls are not parsed."""
    assert may_hold_scripts(b"x = r.eval (s)")
    assert not may_hold_scripts(b"x = eval(s)\nregister_script = 1")


def _at(script: PythonScript, text: bytes) -> bytes:
    start = script.body.index(text)
    span = script.origins.span(start, start + len(text))
    assert span is not None
    return script.origins.sources["app.py"][span.start : span.end]


@pytest.mark.parametrize(
    ("written", "script", "part", "stands"),
    [
        (r'"a\nMARK"', b"a\nMARK", b"MARK", b"MARK"),
        (r'"\x41\u00e9\N{BULLET}MARK"', "Aé•MARK".encode(), b"A", rb"\x41"),
        (r'"\x41\u00e9\N{BULLET}MARK"', "Aé•MARK".encode(), "é•M".encode(), rb"\u00e9\N{BULLET}M"),
        (r'r"\d\nMARK"', rb"\d\nMARK", b"MARK", b"MARK"),
        ('"""a\\\n  MARK"""', b"a  MARK", b"a  MA", b"a\\\n  MA"),
        ('"""é\nMARK"""', "é\nMARK".encode(), b"MARK", b"MARK"),
        ("'a' # no\n    \"b\" \\\n 'MARK'", b"abMARK", b"bMARK", b"b\" \\\n 'MARK"),
        (r'"\dMARK"', rb"\dMARK", b"dMARK", b"dMARK"),
        (r'b"\xff\u00e9\0MARK"', b"\xff\\u00e9\0MARK", b"u00e9", b"u00e9"),
        ('dedent("""\n    a\n\n      MARK\n    """)', b"\na\n\n  MARK\n", b"  MARK", b"  MARK"),
        ('"""\r\n  MARK"""', b"\n  MARK", b"\n  MARK", b"\r\n  MARK"),
    ],
)
def test_positions(written: str, script: bytes, part: bytes, stands: bytes) -> None:
    """Each part of a script is found where and as it is written."""
    found = scripts_in("app.py", f"# é\nr.eval({written}, 0)".encode()).scripts[0]
    assert found.body == script
    assert _at(found, part) == stands


_CHARS = st.one_of(
    st.characters(exclude_characters="\\'\"\r\n\0", exclude_categories=["Cs"]).map(lambda char: (char, char)),
    st.sampled_from([("\n", r"\n"), ("\t", r"\t"), ("\\", r"\\"), ('"', r"\""), ("A", r"\x41"), ("é", r"\u00e9")]),
    st.sampled_from([("𝄞", r"\U0001d11e"), ("\0", r"\000"), ("\\d", r"\d"), ("S", r"\123"), ("", "\\\n"), ("'", "'")]),
)
_LITERAL = st.lists(_CHARS, max_size=12)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(_LITERAL, min_size=1, max_size=3),
    _LITERAL,
    st.sampled_from([" ", "\n  ", " # c\n"]),
    st.text("é ", max_size=3),
)
def test_mark_among_escapes(
    before: list[list[tuple[str, str]]], after: list[tuple[str, str]], gap: str, lead: str
) -> None:
    """However a string is written, a word in it is found where it stands, and the value is Python's."""
    literals = ['"' + "".join(written for _, written in chars) + '"' for chars in before]
    literals.append('"MARK' + "".join(written for _, written in after) + '"')
    text = f"# {lead}\nx = '{lead}', r.eval(({gap.join(literals)}), 0)\n"
    found = scripts_in("app.py", text.encode()).scripts[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert found.body == ast.literal_eval(f"({gap.join(literals)})").encode()
    start = len("".join(meant for chars in before for meant, _ in chars).encode())
    span = found.origins.span(start, start + 4)
    assert span is not None
    assert span.start == text.encode().index(b'"MARK') + 1
    assert (span.end - span.start, found.body[start : start + 4]) == (4, b"MARK")
