"""What a jsonpath template is made of."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class JSONPathError(Exception):
    """A template that cannot be read, or that does not fit the object; the message is kubectl's."""


class Text(NamedTuple):
    """Text between actions, or a quoted string in one."""

    text: str


class Literal(NamedTuple):
    """A number or a boolean."""

    value: float | bool


class Identifier(NamedTuple):
    """A bare word: `range` and `end` mean something."""

    name: str


class Field(NamedTuple):
    """`.name`."""

    name: str


class Slice(NamedTuple):
    """`[start:end:step]`, None for what is not said; `single` for `[index]`, whose end was not said but follows from it."""

    start: int | None
    end: int | None
    step: int | None
    single: bool


class Wildcard(NamedTuple):
    """`.*`."""


class Recursive(NamedTuple):
    """`..`."""


class Filter(NamedTuple):
    """`[?(left operator right)]`; the operator is `exists` where only a path is given."""

    left: Path
    right: Path
    operator: str


class Union(NamedTuple):
    """`[a,b]`: the results of every part, one after the other."""

    parts: tuple[Path, ...]


Node: TypeAlias = "Text | Literal | Identifier | Field | Slice | Wildcard | Recursive | Filter | Union"
Path: TypeAlias = "list[Node]"
"""One action, what stands between braces: each node works on the results of the one before."""

Template: TypeAlias = "list[Text | Path]"
