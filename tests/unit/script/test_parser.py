"""The syntax tree, what is said of wrong sources, and how reading goes on after them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from random import Random
from typing import TypeVar

import pytest

from ldbpy.script import ast
from ldbpy.script.ast import Chunk, Node, children, walk
from ldbpy.script.parser import parse
from tests.unit.script.corpus import SCRIPTS, mutants, one_line
from tests.unit.script.oracle import bytecode
from tests.unit.script.programs import program
from tests.unit.script.unparse import unparse

N = TypeVar("N", bound=Node)


def valid(source: bytes) -> Chunk:
    """Parse a source that has no problem."""
    chunk = parse(source)
    assert chunk.problems == ()
    return chunk


def first(source: bytes, kind: type[N]) -> N:
    """Find the first node of a kind in a valid source."""
    node = next(node for node in walk(valid(source).body) if type(node) is kind)
    assert isinstance(node, kind)
    return node


def text(source: bytes, node: Node) -> bytes:
    """The piece of the source that a node spans."""
    return source[node.start : node.end]


def calls(chunk: Chunk) -> list[str]:
    """The called names, in source order."""
    nodes = walk(chunk.body)
    return [node.callee.name for node in nodes if isinstance(node, ast.Call) and isinstance(node.callee, ast.Name)]


def messages(source: bytes) -> list[tuple[int, str]]:
    """The line and message of each problem."""
    return [(problem.line, problem.message) for problem in parse(source).problems]


# Nodes


def test_local() -> None:
    """A local statement has its names and values, and ends with the last of them."""
    source = b" local a, b = 1, 'x' ; "
    node = first(source, ast.Local)
    assert text(source, node) == b"local a, b = 1, 'x'"
    assert [name.name for name in node.names] == ["a", "b"]
    assert [text(source, value) for value in node.values] == [b"1", b"'x'"]


def test_local_without_value() -> None:
    """A local statement may have no values."""
    assert first(b"local a", ast.Local).values == []


def test_assignment() -> None:
    """An assignment has its targets and values."""
    source = b"a, b.c, d[1] = 1, 2"
    node = first(source, ast.Assignment)
    assert [type(target) for target in node.targets] == [ast.Name, ast.Member, ast.Index]
    assert len(node.values) == 2


def test_call_statement() -> None:
    """A call that stands alone is a statement of the same span."""
    source = b"f(1)\ng{2}"
    statements = valid(source).body.statements
    assert [text(source, node) for node in statements] == [b"f(1)", b"g{2}"]
    assert all(isinstance(node, ast.CallStatement) for node in statements)


def test_if_clauses() -> None:
    """Each clause has its test, its block and a span up to the next; the else block stands apart."""
    source = b"if a then f() elseif b then g() else h() end"
    node = first(source, ast.If)
    assert [text(source, clause) for clause in node.clauses] == [b"if a then f() ", b"elseif b then g() "]
    assert [text(source, clause.test) for clause in node.clauses] == [b"a", b"b"]
    assert node.orelse is not None
    assert text(source, node.orelse) == b" h() "


def test_block_span() -> None:
    """A block spans from what opens it to what closes it, blanks and comments included."""
    source = b"while x do --c\n f() end"
    assert text(source, first(source, ast.While).body) == b" --c\n f() "


def test_while_test_span() -> None:
    """The test of a while has its exact span."""
    source = b"while ( a ) < b do end"
    assert text(source, first(source, ast.While).test) == b"( a ) < b"


def test_repeat_test_span() -> None:
    """The test of a repeat has its exact span, and ends the statement."""
    source = b"repeat f() until a == b ;"
    node = first(source, ast.Repeat)
    assert text(source, node.test) == b"a == b"
    assert text(source, node) == b"repeat f() until a == b"


def test_numeric_for() -> None:
    """A numeric for has its variable and bounds, and a step if there is one."""
    node = first(b"for i = 1, n, 2 do end", ast.NumericFor)
    assert (node.name.name, node.step is not None) == ("i", True)
    assert first(b"for i = 1, n do end", ast.NumericFor).step is None


def test_generic_for() -> None:
    """A generic for has its names and values."""
    source = b"for k, v in next, t do end"
    node = first(source, ast.GenericFor)
    assert [name.name for name in node.names] == ["k", "v"]
    assert [text(source, value) for value in node.values] == [b"next", b"t"]


def test_function_statement() -> None:
    """A function statement has its dotted name, its method, and a function from the keyword to the end."""
    source = b"function a.b:c(x, ...) return x end"
    node = first(source, ast.FunctionStatement)
    assert text(source, node.target) == b"a.b"
    assert node.method is not None
    assert (node.method.name, text(source, node.method)) == ("c", b"c")
    assert (node.start, node.end) == (node.function.start, node.function.end) == (0, len(source))
    assert [param.name for param in node.function.params] == ["x"]
    assert node.function.vararg


def test_local_function() -> None:
    """The function of a local function starts at its own keyword."""
    source = b"local function f(a, b) end"
    node = first(source, ast.LocalFunction)
    assert node.name.name == "f"
    assert text(source, node.function) == b"function f(a, b) end"
    assert not node.function.vararg


def test_function_expression() -> None:
    """A function without a name spans from its keyword to its end."""
    source = b"x = function(a) end"
    assert text(source, first(source, ast.Function)) == b"function(a) end"


def test_return_and_break() -> None:
    """The last statements of a block have their spans without the semicolon."""
    source = b"while x do break; end return a, b;"
    assert text(source, first(source, ast.Break)) == b"break"
    assert text(source, first(source, ast.Return)) == b"return a, b"


def test_call_parts() -> None:
    """A call has its callee and arguments in each of the three forms."""
    for source, argument in ((b"f(1)", ast.Number), (b"f'1'", ast.String), (b"f{1}", ast.Table)):
        node = first(source, ast.Call)
        assert isinstance(node.callee, ast.Name)
        assert [type(arg) for arg in node.args] == [argument]
        assert text(source, node) == source


def test_method_call_parts() -> None:
    """A method call has its object, the method's name with its span, and arguments."""
    source = b"a.b:c(1, 2)"
    node = first(source, ast.MethodCall)
    assert text(source, node.object) == b"a.b"
    assert text(source, node.method) == b"c"
    assert len(node.args) == 2


def test_member_and_index() -> None:
    """A field by its name and one by its key are told apart."""
    source = b"x = a.b['c']"
    node = first(source, ast.Index)
    assert isinstance(node.object, ast.Member)
    assert (node.object.field.name, text(source, node.key)) == ("b", b"'c'")


def test_table_items() -> None:
    """The three forms of table entries are told apart, with their spans."""
    source = b"x = {1, a = 2; [3] = 4,}"
    items = first(source, ast.Table).items
    assert [type(item) for item in items] == [ast.ListItem, ast.NamedItem, ast.KeyedItem]
    assert [text(source, item) for item in items] == [b"1", b"a = 2", b"[3] = 4"]


def test_string_value() -> None:
    """A string node has the decoded bytes and the span of the literal."""
    source = b"x = '\\65\xff\\n'"
    node = first(source, ast.String)
    assert (node.value, text(source, node)) == (b"A\xff\n", b"'\\65\xff\\n'")


def test_number_value() -> None:
    """A number node has the value and the text as written."""
    node = first(b"x = 0x10", ast.Number)
    assert (node.value, node.text) == (16.0, "0x10")


def test_paren_is_a_node() -> None:
    """Parentheses stay in the tree, since they cut several values to one."""
    source = b"x = ((f()))"
    outer = first(source, ast.Paren)
    assert isinstance(outer.expression, ast.Paren)
    assert text(source, outer) == b"((f()))"


def test_binary_operator_place() -> None:
    """A binary node knows where its operator stands."""
    source = b"x = a   ..b"
    node = first(source, ast.Binary)
    assert source[node.operator_start :].startswith(node.operator.encode())


def test_constants() -> None:
    """Constants have nodes of their own."""
    statement = valid(b"return nil, true, false, ...").body.statements[0]
    assert isinstance(statement, ast.Return)
    assert [type(value) for value in statement.values] == [ast.Nil, ast.Boolean, ast.Boolean, ast.Vararg]
    assert [value.value for value in statement.values if isinstance(value, ast.Boolean)] == [True, False]


@pytest.mark.parametrize(
    ("source", "grouped"),
    [
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a .. b .. c", "(a .. (b .. c))"),
        ("a ^ b ^ c", "(a ^ (b ^ c))"),
        ("-a ^ b", "(- (a ^ b))"),
        ("a ^ -b ^ c", "(a ^ (- (b ^ c)))"),
        ("not a == b", "((not a) == b)"),
        ("a or b and c", "(a or (b and c))"),
        ("a < b == c", "((a < b) == c)"),
        ("a .. b + c", "(a .. (b + c))"),
        ("#a.b[c]", "(# a.b[c])"),
    ],
)
def test_precedence(source: str, grouped: str) -> None:
    """Operators group as in the reference manual."""
    statement = valid(b"return " + source.encode()).body.statements[0]
    assert unparse(statement) == f"return {grouped}"


# Whole trees


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_tree_means_the_same(script: bytes) -> None:
    """A script written out from its tree alone compiles to the same bytecode."""
    assert bytecode(unparse(valid(script).body).encode()) == bytecode(one_line(script))


def test_tree_of_random_programs_means_the_same() -> None:
    """Random programs written out from their trees alone compile to the same bytecode."""
    random = Random(51)
    for _ in range(1500):
        source = program(random, 25, one_line=True)
        assert bytecode(unparse(valid(source).body).encode()) == bytecode(source), source


def assert_spans_nest(source: bytes) -> None:
    """Check that every node lies within its parent and behind its siblings."""
    for node in walk(parse(source).body):
        at = node.start
        for child in children(node):
            if isinstance(node, ast.FunctionStatement | ast.LocalFunction) and isinstance(child, ast.Function):
                at = node.start  # a named function starts before its name
            assert at <= child.start <= child.end <= node.end, (source, node, child)
            at = child.end


def test_spans_nest() -> None:
    """Every node of a valid source lies within its parent, behind its siblings."""
    random = Random(52)
    for source in [*SCRIPTS.values(), *(program(random, 30) for _ in range(500))]:
        assert_spans_nest(source)


def test_spans_nest_in_wrong_sources() -> None:
    """Every node of a source with problems lies within its parent, behind its siblings."""
    random = Random(54)
    words = b"and break do else end for function if in local not repeat return then until while + ( ) { } [ ] = . , a 1"
    for source in [mutant for _, _, mutant in mutants(55, 500)]:
        assert_spans_nest(source)
    for _ in range(2_000):
        assert_spans_nest(b" ".join(random.choices(words.split(), k=random.randint(3, 25))))


def test_statement_spans_parse_alone() -> None:
    """The text of a statement is that statement and no more."""
    for source in SCRIPTS.values():
        for node in walk(valid(source).body):
            if isinstance(node, ast.Statement) and not isinstance(node, ast.Break):
                alone = parse(b"while x do " + text(source, node) + b" end").body.statements[0]
                assert isinstance(alone, ast.While)
                assert unparse(alone.body) == unparse(node)


def test_walk_goes_in_source_order() -> None:
    """Walking visits a node before its children, and those in the order they stand in the source."""
    source = b"function f(a) if b then c(d) else e = g end end"
    names = [node.name for node in walk(valid(source).body) if isinstance(node, ast.Name)]
    assert names == ["f", "a", "b", "c", "d", "e", "g"]


def test_walk_of_a_deep_tree() -> None:
    """A chain of 20,000 additions is walked and dropped without recursion."""
    chunk = valid(b"x = a" + b" + a" * 20_000)
    assert sum(isinstance(node, ast.Binary) for node in walk(chunk.body)) == 20_000


def test_repr_is_flat() -> None:
    """A node shows its span and plain facts, not its children."""
    assert repr(first(b"x = a + 1", ast.Binary)) == "<Binary 4:9 operator='+' operator_start=6>"


# The chunk


def test_comments_of_a_chunk() -> None:
    """Comments are kept with their spans and form."""
    chunk = valid(b"--[[a]] x = 1 -- b\n")
    assert [(c.start, c.end, c.text, c.long) for c in chunk.comments] == [
        (0, 7, "--[[a]]", True),
        (14, 18, "-- b", False),
    ]


def test_shebang() -> None:
    """A first line that starts with #! is cut, and keeps its number."""
    chunk = parse(b"#!lua name=x\nlocal = 1")
    assert chunk.shebang == (0, 12)
    assert [problem.line for problem in chunk.problems] == [2]


def test_shebang_ends_at_line_feed() -> None:
    """A shebang goes to the first line feed, whatever else it holds, and is one line."""
    chunk = valid(b"#!lua\r\rx\nreturn 1")
    assert chunk.shebang == (0, 8)
    assert chunk.lines.line(chunk.body.statements[0].start) == 2


def test_shebang_alone() -> None:
    """A shebang without a newline leaves nothing to parse."""
    chunk = valid(b"#!lua")
    assert (chunk.shebang, chunk.body.statements) == ((0, 5), [])


def test_no_shebang() -> None:
    """A first line that starts with # alone is an error, as in loadstring."""
    chunk = parse(b"#lua\n")
    assert chunk.shebang is None
    assert messages(b"#lua\n")[0] == (1, "unexpected symbol near '#'")


@pytest.mark.parametrize(
    "source",
    [
        b"if x then",
        b"x =",
        b"x",
        b"f(",
        b"f(1,",
        b"for i = 1,",
        b"function f()\n return {",
        b"x = [[abc",
        b"--[[ abc",
        b"x = 'abc\\",
        b"x = 'abc\\\n",
        b"repeat x() until",
        b"return a or",
        b"#!lua\nif x then",
        b"x = f(function() if y then z = [[",
    ],
)
def test_incomplete(source: bytes) -> None:
    """A source is incomplete if its only problem is that it ends."""
    chunk = parse(source)
    assert chunk.incomplete
    assert len(chunk.problems) == 1


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"x = 1",
        b"x = 'abc",
        b"x = 3e",
        b"break",
        b"x = = 1 if y then",
        b"end if x then",
        b"x = [=",
        b"local " + b"a," * 200 + b"a",
        b"x =" + b"(" * 300,
    ],
)
def test_not_incomplete(source: bytes) -> None:
    """A source is not incomplete if it is fine, or if no further line can mend it."""
    assert not parse(source).incomplete


# Problems


def test_problem_span() -> None:
    """A problem spans the token Lua names; at the end of the source it is empty."""
    problem = parse(b"x = 1\ny = )").problems[0]
    assert (problem.start, problem.end, problem.line) == (10, 11, 2)
    problem = parse(b"x =\n").problems[0]
    assert (problem.start, problem.end, problem.line) == (4, 4, 2)


def test_problem_line_is_where_lua_stops() -> None:
    """The line is where Lua had read to, which is the end of a token of several lines."""
    problem = parse(b"local [[a\n\nb]]").problems[0]
    assert (problem.line, problem.start) == (3, 6)


def test_problems_are_in_source_order() -> None:
    """Problems come in the order they stand in the source."""
    for _, _, mutant in mutants(56, 500):
        starts = [problem.start for problem in parse(mutant + b"\nx = )\nlocal = 1\n").problems]
        assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"local a\n" * 201, "main function has more than 200 local variables"),
        (b"function f()" + b" local a" * 201 + b" end", "function at line 1 has more than 200 local variables"),
        (b"x=" + b"(" * 199 + b"1" + b")" * 199, "chunk has too many syntax levels"),
        (b"x=a" + b"..a" * 199, "chunk has too many syntax levels"),
        (b"a," * 200 + b"a=1", "main function has more than 199 variables in assignment"),
    ],
)
def test_limits(source: bytes, message: str) -> None:
    """Lua's limits are told once, and only past them."""
    assert [problem.message for problem in parse(source).problems] == [message]


def test_upvalue_limit() -> None:
    """A function may use 60 locals of those around it, and the 61st is told with the function's line."""
    names = [b"a%d" % i for i in range(61)]
    outer = b"".join(b"local %s\n" % name for name in names)
    assert messages(outer + b"function f() return " + b"+".join(names[:60]) + b" end") == []
    said = messages(outer + b"function f() return " + b"+".join(names) + b" end")
    assert said == [(62, "function at line 62 has more than 60 upvalues")]


def test_upvalue_of_shadowed_name() -> None:
    """A local of the function itself is no upvalue, though one around it has its name."""
    names = [b"a%d" % i for i in range(61)]
    inner = b"".join(b" local %s = 1" % name for name in names)
    outer = b"".join(b"local %s\n" % name for name in names)
    assert messages(outer + b"function f()" + inner + b" return " + b"+".join(names) + b" end") == []


def test_registers_are_left_to_lua() -> None:
    """What only code generation finds out is no problem here."""
    assert messages(b"f(" + b"1," * 300 + b"1)") == []


# Going on after a problem


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (b"local x = = 1\nlocal y = 2\nlocal z = )\n", [1, 3]),
        (b"if x != 1 then\n f()\nend\nif y != 2 then\n g()\nend\n", [1, 4]),
        (b"f(1 2)\ng()\nh(3 4)\n", [1, 3]),
        (b"x = 3x\nlocal y = 4y\n", [1, 2]),
        (b"x = 'a\nlocal y = 1\nlocal z = 'b\n", [1, 3]),
        (b"function f()\n x = )\nend\nlocal function g()\n local y = ]\nend\n", [2, 5]),
    ],
)
def test_independent_problems(source: bytes, lines: list[int]) -> None:
    """Problems in statements apart from each other are all told."""
    assert [line for line, _ in messages(source)] == lines


@pytest.mark.parametrize(
    "source",
    [
        b"if x != 1 then\n f()\nelse\n g()\nend\n",
        b"x == 1 then\n f()\nend\ng()\n",
        b"if x\n f()\nend\ng()\n",
        b"while x\n f()\nend\ng()\n",
        b"for i = 1 10 do\n f()\nend\ng()\n",
        b"for i = 1, 10\n f()\nend\ng()\n",
        b"f(a, b\ng()\n",
        b"f 'a', b)\ng()\n",
        b"local x = {\n a = 1\n b = f(),\n}\ng()\n",
        b"f()\nend\ng()\n",
        b"if x then\n return 1\nf()\ng()\n",
        b"local function h()\n return 1\n f()\nend\ng()\n",
        b"local local x = f()\ng()\n",
        b"function h(a b) f() end\ng()\n",
        b"function h a) f() end\ng()\n",
        b"t.end = f()\ng()\n",
        b"x = a + + f()\ng()\n",
        b"redis..f()\ng()\nf()\n",
        b"f() 'x' !\ng()\n",
        b"repeat f() end\ng()\n",
        b"x += f()\ng()\n",
        b"x = y ? f() : 1\ng()\n",
        b"f('it's')\ng()\n",
    ],
)
def test_one_problem_and_the_calls(source: bytes) -> None:
    """One slip is told once, and the calls behind it are in the tree."""
    chunk = parse(source)
    assert len(chunk.problems) == 1
    assert {"f", "g"} <= set(calls(chunk))


def test_missing_end_keeps_the_rest() -> None:
    """Statements behind a missing end are in the tree."""
    chunk = parse(b"if x then\n f()\nlocal y = 1\ng()\n")
    assert calls(chunk) == ["f", "g"]
    assert [problem.line for problem in chunk.problems] == [5]


def test_invalid_statement_spans_what_was_skipped() -> None:
    """What could not be read is a node of its own, with the expressions in it."""
    source = b"x y(1) z\nf()"
    statement = parse(source).body.statements[1]
    assert isinstance(statement, ast.InvalidStatement)
    assert text(source, statement) == b"y(1) z"
    assert [type(part) for part in statement.parts] == [ast.Call, ast.Name]


def test_broken_token_is_mended() -> None:
    """A malformed number or string still stands as a number or string in the tree."""
    chunk = parse(b"f(3x, '\\300')")
    call = next(node for node in walk(chunk.body) if isinstance(node, ast.Call))
    assert [type(arg) for arg in call.args] == [ast.Number, ast.String]


def test_every_prefix_of_a_script() -> None:
    """A script cut anywhere gives at most one problem, at its end or in its last token."""
    source = SCRIPTS["reliable_queue"]
    for end in range(len(source)):
        chunk = parse(source[:end])
        assert len(chunk.problems) <= 1, source[:end]
        assert all(problem.end == end or source[problem.end : end].isspace() for problem in chunk.problems)


# Hostile sources


def nested(opening: bytes, closing: bytes = b"") -> bytes:
    """Ten thousand levels."""
    return opening * 10_000 + closing * 10_000


@pytest.mark.parametrize(
    "source",
    [
        nested(b"x=", b"") + nested(b"(", b")"),
        b"x=" + nested(b"(", b")"),
        b"x=" + nested(b"{", b"}"),
        b"x=" + nested(b"{[", b"]=1}"),
        b"x=" + nested(b"a[", b"]"),
        b"x=" + nested(b"f(", b")"),
        b"x=" + nested(b"a:f(", b")"),
        b"x=" + nested(b"f{", b"}"),
        b"x=" + nested(b"a:f{", b"}"),
        b"x=" + nested(b"f{[", b"]=1}"),
        b"x=" + nested(b"function() return ", b" end"),
        b"x=" + nested(b"not "),
        b"x=" + nested(b"- "),
        b"x=a" + nested(b"..a"),
        b"x=a" + nested(b"^a"),
        nested(b"do ", b"end "),
        nested(b"if x then ", b"end "),
        nested(b"while x do ", b"end "),
        nested(b"for i in x do ", b"end "),
        nested(b"repeat ", b"until x "),
        nested(b"function f() ", b"end "),
        nested(b"local function f() ", b"end "),
        nested(b"x then "),
        nested(b"x y function() "),
    ],
)
def test_deep_nesting(source: bytes) -> None:
    """Ten thousand levels are a problem, no RecursionError."""
    assert parse(source).problems


@pytest.mark.parametrize(
    "source",
    [
        b"x=a" + b"+a" * 20_000,
        b"x=a" + b" and a or a" * 20_000,
        b"x=f" + b"()" * 20_000,
        b"x=a" + b".b" * 20_000,
        b"if x then " + b"elseif x then " * 20_000 + b"end",
        b"x={" + b"{}," * 20_000 + b"}",
        b"f()" + b";f()" * 20_000,
        b"local function f(...) end " * 199,
    ],
)
def test_long_chains_are_fine(source: bytes) -> None:
    """What is long but not deep is valid."""
    assert parse(source).problems == ()


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"x='" + b"a" * 5_000_000 + b"'",
        lambda: b"x=[[" + b"]a" * 2_500_000,
        lambda: b"--[==[" + b"]==" * 1_600_000,
        lambda: b"[=" * 1_000_000,
        lambda: b"\n" * 5_000_000,
        lambda: b"x=" + b"1" * 5_000_000,
        lambda: b"x=0x" + b"f" * 5_000_000,
        lambda: b"a" * 5_000_000,
    ],
    ids=["string", "long string", "comment", "brackets", "newlines", "digits", "hexadecimal", "name"],
)
def test_five_megabytes(make: Callable[[], bytes]) -> None:
    """Five megabytes of one thing are read in one go."""
    assert parse(make()).lines.line(0) == 1


def test_binary_garbage() -> None:
    """Random bytes are a problem and nothing worse."""
    assert parse(b"\xff" + Random(53).randbytes(100_000)).problems


@pytest.mark.parametrize(
    ("opening", "count"),
    [(b"f(", 198), (b"f{", 198), (b"f{[", 198), (b"f{function() return ", 60), (b"x y function() ", 90)],
)
def test_deep_caller(opening: bytes, count: int) -> None:
    """A caller that has used up most of Python's stack gets the same tree."""
    source = b"x=" + opening * count

    def descend(levels: int) -> Chunk:
        return descend(levels - 1) if levels else parse(source)

    frame, depth = sys._getframe(), 0
    while frame.f_back:
        frame, depth = frame.f_back, depth + 1
    deep = descend(sys.getrecursionlimit() - depth - 100)
    assert list(map(repr, walk(deep.body))) == list(map(repr, walk(parse(source).body)))


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_put_back(enabled: bool) -> None:
    """Parsing leaves the collector on or off as it was."""
    was = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        parse(b"x = ")
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if was else gc.disable)()
