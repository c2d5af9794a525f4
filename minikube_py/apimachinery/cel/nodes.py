"""What an expression is made of. `at` is where a node stands in the text, for errors."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias


class CelError(Exception):
    """An expression that cannot be read or has no value; the text is CEL's own."""


class SyntaxFault(CelError):
    """An expression that cannot be read. `at` is where."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


class Literal(NamedTuple):
    """A number, a text, true, false or null."""

    value: Any
    at: int


class Name(NamedTuple):
    """A variable."""

    name: str
    at: int


class Select(NamedTuple):
    """`operand.field`; `operand.?field` where optional."""

    operand: Node
    field: str
    optional: bool
    at: int


class Index(NamedTuple):
    """`operand[key]`; `operand[?key]` where optional."""

    operand: Node
    key: Node
    optional: bool
    at: int


class Call(NamedTuple):
    """`function(args)` or `target.function(args)`; operators are functions such as `_+_`."""

    function: str
    target: Node | None
    args: tuple[Node, ...]
    at: int


class ListOf(NamedTuple):
    """`[a, ?b]`; the second of each pair says whether it is optional."""

    items: tuple[tuple[Node, bool], ...]
    at: int


class MapOf(NamedTuple):
    """`{a: b, ?c: d}`."""

    entries: tuple[tuple[Node, Node, bool], ...]
    at: int


Node: TypeAlias = Literal | Name | Select | Index | Call | ListOf | MapOf
