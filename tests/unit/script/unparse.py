"""A syntax tree back to source, on one line and with all grouping spelled out. Uses nothing but the tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ldbpy.script import ast

__all__ = ["unparse"]


def unparse(node: ast.Node) -> str:
    """Write a node as Lua."""
    return _WRITERS[type(node)](node)


def _all(nodes: Sequence[ast.Node], separator: str = ", ") -> str:
    return separator.join(map(unparse, nodes))


def _string(node: ast.String) -> str:
    return '"' + "".join(f"\\{byte:03d}" for byte in node.value) + '"'


def _number(node: ast.Number) -> str:
    return "1e999" if node.value == float("inf") else repr(node.value)


def _function(node: ast.Function) -> str:
    params = [param.name for param in node.params] + ["..."] * node.vararg
    return f"({', '.join(params)}) {unparse(node.body)} end"


def _function_statement(node: ast.FunctionStatement) -> str:
    method = f":{node.method.name}" if node.method else ""
    return f"function {unparse(node.target)}{method} {_function(node.function)}"


def _if(node: ast.If) -> str:
    clauses = " else".join(f"if {unparse(clause.test)} then {unparse(clause.body)}" for clause in node.clauses)
    return clauses + (f" else {unparse(node.orelse)}" if node.orelse else "") + " end"


def _numeric_for(node: ast.NumericFor) -> str:
    bounds = [node.first, node.last, *([node.step] if node.step else [])]
    return f"for {node.name.name} = {_all(bounds)} do {unparse(node.body)} end"


def _local(node: ast.Local) -> str:
    return f"local {_all(node.names)}" + (f" = {_all(node.values)}" if node.values else "")


_WRITERS: dict[type[ast.Node], Callable[[Any], str]] = {
    ast.Nil: lambda n: "nil",
    ast.Vararg: lambda n: "...",
    ast.Boolean: lambda n: "true" if n.value else "false",
    ast.Number: _number,
    ast.String: _string,
    ast.Name: lambda n: n.name,
    ast.FieldName: lambda n: n.name,
    ast.Member: lambda n: f"{unparse(n.object)}.{n.field.name}",
    ast.Index: lambda n: f"{unparse(n.object)}[{unparse(n.key)}]",
    ast.Call: lambda n: f"{unparse(n.callee)}({_all(n.args)})",
    ast.MethodCall: lambda n: f"{unparse(n.object)}:{n.method.name}({_all(n.args)})",
    ast.Paren: lambda n: f"({unparse(n.expression)})",
    ast.Unary: lambda n: f"({n.operator} {unparse(n.operand)})",
    ast.Binary: lambda n: f"({unparse(n.left)} {n.operator} {unparse(n.right)})",
    ast.Function: lambda n: f"function {_function(n)}",
    ast.Table: lambda n: "{" + _all(n.items) + "}",
    ast.ListItem: lambda n: unparse(n.value),
    ast.NamedItem: lambda n: f"{n.name.name} = {unparse(n.value)}",
    ast.KeyedItem: lambda n: f"[{unparse(n.key)}] = {unparse(n.value)}",
    ast.Block: lambda n: _all(n.statements, "; "),
    ast.Local: _local,
    ast.LocalFunction: lambda n: f"local function {n.name.name} {_function(n.function)}",
    ast.FunctionStatement: _function_statement,
    ast.Assignment: lambda n: f"{_all(n.targets)} = {_all(n.values)}",
    ast.CallStatement: lambda n: unparse(n.call),
    ast.Do: lambda n: f"do {unparse(n.body)} end",
    ast.While: lambda n: f"while {unparse(n.test)} do {unparse(n.body)} end",
    ast.Repeat: lambda n: f"repeat {unparse(n.body)} until {unparse(n.test)}",
    ast.If: _if,
    ast.NumericFor: _numeric_for,
    ast.GenericFor: lambda n: f"for {_all(n.names)} in {_all(n.values)} do {unparse(n.body)} end",
    ast.Return: lambda n: f"return {_all(n.values)}",
    ast.Break: lambda n: "break",
}
