"""The tree of a Go template. `str(node)` is the text that errors show for it; `position` is where it stands."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from minikube_py.cli_runtime.printers.go_format import quote


class TemplateError(Exception):
    """A template that cannot be read or executed; the message is Go's."""


class GoInt(int):
    """A number of Go's type int: a constant, a length, an index. Numbers of an object are int64."""


class GoByte(int):
    """A number of Go's type uint8: one byte of a string."""


class Text(NamedTuple):
    """What stands between actions, taken as it is."""

    position: int
    text: str

    def __str__(self) -> str:
        return self.text


class Field(NamedTuple):
    """`.a.b`"""

    position: int
    names: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(f".{name}" for name in self.names)


class Variable(NamedTuple):
    """`$x.a`; the first name is the variable's, with its dollar."""

    position: int
    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.names)


class Chain(NamedTuple):
    """`(pipeline).a` or `function.a`"""

    position: int
    node: Operand
    names: tuple[str, ...]

    def __str__(self) -> str:
        inner = f"({self.node})" if isinstance(self.node, Pipe) else str(self.node)
        return inner + "".join(f".{name}" for name in self.names)


class Identifier(NamedTuple):
    """The name of a function."""

    position: int
    name: str

    def __str__(self) -> str:
        return self.name


class Dot(NamedTuple):
    """`.`: where the template stands."""

    position: int

    def __str__(self) -> str:
        return "."


class Nil(NamedTuple):
    """`nil`"""

    position: int

    def __str__(self) -> str:
        return "nil"


class Constant(NamedTuple):
    """A boolean, number or string; `text` is how it is written."""

    position: int
    text: str
    value: bool | GoInt | float | str

    def __str__(self) -> str:
        return self.text


class Command(NamedTuple):
    """One stage of a pipeline: an operand, or a function and its arguments."""

    position: int
    args: tuple[Operand, ...]

    def __str__(self) -> str:
        return " ".join(f"({arg})" if isinstance(arg, Pipe) else str(arg) for arg in self.args)


class Pipe(NamedTuple):
    """Commands joined by `|`, whose value may be given to variables."""

    position: int
    assigns: bool
    variables: tuple[str, ...]
    commands: tuple[Command, ...]

    def __str__(self) -> str:
        commands = " | ".join(map(str, self.commands))
        if not self.variables:
            return commands
        return f"{', '.join(self.variables)} {'=' if self.assigns else ':='} {commands}"


class Action(NamedTuple):
    """`{{pipeline}}`: its value is printed."""

    position: int
    pipe: Pipe

    def __str__(self) -> str:
        return "{{" + str(self.pipe) + "}}"


class Control(NamedTuple):
    """`if`, `with` or `range`; `otherwise` is None without an else."""

    position: int
    keyword: str
    pipe: Pipe
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...] | None

    def __str__(self) -> str:
        text = "{{" + f"{self.keyword} {self.pipe}" + "}}" + "".join(map(str, self.body))
        if self.otherwise is not None:
            text += "{{else}}" + "".join(map(str, self.otherwise))
        return text + "{{end}}"


class Call(NamedTuple):
    """`{{template "name" pipeline}}`"""

    position: int
    name: str
    pipe: Pipe | None

    def __str__(self) -> str:
        return "{{template " + quote(self.name) + (f" {self.pipe}" if self.pipe else "") + "}}"


class Jump(NamedTuple):
    """`{{break}}` or `{{continue}}`; also `{{else}}` and `{{end}}` while the tree is built."""

    position: int
    keyword: str

    def __str__(self) -> str:
        return "{{" + self.keyword + "}}"


Operand: TypeAlias = "Field | Variable | Chain | Identifier | Dot | Nil | Constant | Pipe"
Node: TypeAlias = "Text | Action | Control | Call | Jump"
AnyNode: TypeAlias = "Operand | Node | Command"
