"""Walks the tree of a Go template and writes what it says of a value."""

from __future__ import annotations

from typing import Any, NamedTuple, TextIO, TypeAlias

from minikube_py.apimachinery.gosyntax import format_go_value
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.printers.go_template.functions import FUNCTIONS, NO_VALUE, Function, FunctionError, is_true
from minikube_py.cli_runtime.printers.go_template.nodes import (
    Action,
    AnyNode,
    Call,
    Chain,
    Command,
    Constant,
    Control,
    Dot,
    Field,
    GoInt,
    Identifier,
    Nil,
    Node,
    Operand,
    Pipe,
    TemplateError,
    Text,
    Variable,
)
from minikube_py.cli_runtime.printers.go_template.printf import name_type

_MAX_DEPTH = 100
_ABSENT = object()
"""The last argument of a pipeline's first command: there is none."""


class Element(NamedTuple):
    """A value as it is in a list or map, where its type is `interface {}`; elsewhere it has its own."""

    value: Any


Body: TypeAlias = tuple[Node, ...]


class Program(NamedTuple):
    """A template that was read: its bodies by name, its text, and whether a missing key is an error."""

    name: str
    text: str
    bodies: dict[str, Body]
    missing_is_error: bool


class _Jump(Exception):
    """A `break` or `continue` on its way to the range around it."""


def execute(program: Program, value: Any, out: TextIO) -> None:
    """Write the template for a JSON value; TemplateError, with what was written so far, where they do not fit."""
    _State(program, program.name, value, out, 0).walk(value, program.bodies[program.name])


class _State:
    """One template in execution: its variables, and the node it is at, for errors."""

    def __init__(self, program: Program, name: str, dot: Any, out: TextIO, depth: int) -> None:
        self._program = program
        self._name = name
        self._out = out
        self._depth = depth
        self._node: AnyNode | None = None
        self._variables: list[tuple[str, Any]] = [("$", dot)]

    def _fail(self, message: str) -> TemplateError:
        assert self._node is not None
        before = self._program.text[: self._node.position]
        column = len(before[before.rfind("\n") + 1 :].encode())
        place = f"{self._program.name}:{before.count(chr(10)) + 1}:{column}"
        return TemplateError(f"template: {place}: executing {quote(self._name)} at <{self._node}>: {message}")

    # Statements

    def walk(self, dot: Any, body: Body) -> None:
        for node in body:
            self._node = node
            if isinstance(node, Text):
                self._out.write(node.text)
            elif isinstance(node, Action):
                value = self._eval_pipe(dot, node.pipe)
                if not node.pipe.variables:
                    self._node = node
                    self._out.write("<no value>" if value is NO_VALUE else format_go_value(value))
            elif isinstance(node, Control):
                self._walk_control(dot, node)
            elif isinstance(node, Call):
                self._walk_call(dot, node)
            else:
                raise _Jump(node.keyword)

    def _walk_control(self, dot: Any, node: Control) -> None:
        mark = len(self._variables)
        value = self._eval_pipe(dot, node.pipe)
        if node.keyword == "range":
            self._walk_range(dot, node, value)
        elif is_true(value):
            self.walk(value if node.keyword == "with" else dot, node.body)
        elif node.otherwise is not None:
            self.walk(dot, node.otherwise)
        del self._variables[mark:]

    def _walk_range(self, dot: Any, node: Control, value: Any) -> None:
        pairs = self._list_pairs(node, value)
        mark = len(self._variables)
        for index, element in pairs:
            self._set_range_variables(node.pipe, index, element)
            try:
                self.walk(element, node.body)
            except _Jump as jump:
                if str(jump) == "break":
                    break
            finally:
                del self._variables[mark:]
        if not pairs and node.otherwise is not None:
            self.walk(dot, node.otherwise)

    def _list_pairs(self, node: Control, value: Any) -> list[tuple[Any, Any]]:
        if isinstance(value, list):
            return [(GoInt(index), Element(item)) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return [(key, Element(value[key])) for key in sorted(value)]
        if value is NO_VALUE:
            return []
        if isinstance(value, int) and not isinstance(value, bool):
            if len(node.pipe.variables) > 1:
                raise self._fail(f"can't use {value} to iterate over more than one variable")
            return [(NO_VALUE, type(value)(number)) for number in range(value)]
        raise self._fail(f"range can't iterate over {format_go_value(value)}")

    def _set_range_variables(self, pipe: Pipe, index: Any, element: Any) -> None:
        values = [index, element][-len(pipe.variables) :] if pipe.variables else []
        for place, (name, value) in enumerate(zip(pipe.variables, values, strict=True)):
            if pipe.assigns:
                self._assign(name, value)
            else:
                self._variables[place - len(values)] = (name, value)

    def _walk_call(self, dot: Any, node: Call) -> None:
        body = self._program.bodies.get(node.name)
        if body is None:
            raise self._fail(f"template {quote(node.name)} not defined")
        if self._depth == _MAX_DEPTH:
            raise self._fail("exceeded maximum template depth (100000)")
        value = self._eval_pipe(dot, node.pipe) if node.pipe else NO_VALUE
        _State(self._program, node.name, value, self._out, self._depth + 1).walk(value, body)

    # Variables

    def _assign(self, name: str, value: Any) -> None:
        for place in range(len(self._variables) - 1, -1, -1):
            if self._variables[place][0] == name:
                self._variables[place] = (name, value)
                return
        raise self._fail(f"undefined variable: {name}")

    def _get_variable(self, name: str) -> Any:
        for known, value in reversed(self._variables):
            if known == name:
                return value
        raise self._fail(f"undefined variable: {name}")

    # Expressions

    def _eval_pipe(self, dot: Any, pipe: Pipe) -> Any:
        """Return a pipeline's value, its own type known, and set its variables."""
        self._node = pipe
        value: Any = _ABSENT
        for command in pipe.commands:
            value = _open(self._eval_command(dot, command, value))
        for name in pipe.variables:
            if pipe.assigns:
                self._assign(name, value)
            else:
                self._variables.append((name, value))
        return value

    def _eval_command(self, dot: Any, command: Command, final: Any) -> Any:
        first = command.args[0]
        has_args = len(command.args) > 1 or final is not _ABSENT
        if isinstance(first, Identifier):
            return self._eval_function(dot, first, command, command.args[1:], final)
        if isinstance(first, Field | Chain) or (isinstance(first, Variable) and len(first.names) > 1):
            return self._eval_chain(dot, first, has_args)
        if not isinstance(first, Pipe):
            self._node = first
        if has_args:
            raise self._fail(f"can't give argument to non-function {first}")
        if isinstance(first, Nil):
            raise self._fail("nil is not a command")
        return self._eval_simple(dot, first)

    def _eval_simple(self, dot: Any, node: Operand) -> Any:
        """Return the value of an operand that takes no arguments."""
        if isinstance(node, Pipe):
            return self._eval_pipe(dot, node)
        self._node = node
        if isinstance(node, Dot):
            return dot
        if isinstance(node, Constant):
            if isinstance(node.value, GoInt) and node.value >= 1 << 63:
                raise self._fail(f"{node} overflows int")
            return node.value
        if isinstance(node, Variable) and len(node.names) == 1:
            return self._get_variable(node.names[0])
        if isinstance(node, Identifier):
            return self._eval_function(dot, node, node, (), _ABSENT)
        return self._eval_chain(dot, node, False)

    def _eval_chain(self, dot: Any, node: Operand, has_args: bool) -> Any:
        self._node = node
        names: tuple[str, ...]
        if isinstance(node, Chain):
            if isinstance(node.node, Nil):
                raise self._fail(f"indirection through explicit nil in {node}")
            receiver, names = self._eval_simple(dot, node.node), node.names
        elif isinstance(node, Variable):
            receiver, names = self._get_variable(node.names[0]), node.names[1:]
        else:
            assert isinstance(node, Field)
            receiver, names = dot, node.names
        for place, name in enumerate(names):
            receiver = self._eval_field(receiver, name, has_args and place == len(names) - 1)
        return receiver

    def _eval_field(self, receiver: Any, name: str, has_args: bool) -> Any:
        if receiver is NO_VALUE:
            if self._program.missing_is_error:
                raise self._fail(f"nil data; no entry for key {quote(name)}")
            return NO_VALUE
        value = receiver.value if isinstance(receiver, Element) else receiver
        if value is None:
            raise self._fail(f"nil pointer evaluating interface {{}}.{name}")
        if not isinstance(value, dict):
            type_name = "interface {}" if isinstance(receiver, Element) else name_type(value)
            raise self._fail(f"can't evaluate field {name} in type {type_name}")
        if has_args:
            raise self._fail(f"{name} is not a method but has arguments")
        if name in value:
            return Element(value[name])
        if self._program.missing_is_error:
            raise self._fail(f"map has no entry for key {quote(name)}")
        return NO_VALUE

    # Functions

    def _eval_function(
        self, dot: Any, name: Identifier, node: Command | Identifier, args: tuple[Operand, ...], final: Any
    ) -> Any:
        self._node = name
        function = FUNCTIONS[name.name]
        self._check_count(name.name, function, len(args), len(args) + (final is not _ABSENT))
        if name.name in ("and", "or"):
            return self._eval_logic(dot, name.name, args, final)
        values = [self._eval_arg(dot, function, place, arg) for place, arg in enumerate(args)]
        if final is not _ABSENT:
            values.append(self._check_type(final, function, len(values)))
        if name.name == "call":
            values.insert(0, str(args[0] if args else values[0]))
        try:
            return function.call(*values)
        except FunctionError as error:
            self._node = node
            raise self._fail(f"error calling {name.name}: {error}") from None

    def _check_count(self, name: str, function: Function, given: int, total: int) -> None:
        fixed = len(function.strings)
        if function.variadic and total < fixed:
            raise self._fail(f"wrong number of args for {name}: want at least {fixed} got {given}")
        if not function.variadic and total != fixed:
            raise self._fail(f"wrong number of args for {name}: want {fixed} got {total}")

    def _eval_logic(self, dot: Any, name: str, args: tuple[Operand, ...], final: Any) -> Any:
        """Evaluate the arguments only as far as they are needed."""
        value: Any = NO_VALUE
        for arg in args:
            value = self._eval_arg(dot, FUNCTIONS[name], 1, arg)
            if is_true(value) == (name == "or"):
                return value
        return value if final is _ABSENT else final

    def _eval_arg(self, dot: Any, function: Function, place: int, node: Operand) -> Any:
        self._node = node
        if isinstance(node, Nil):
            if _is_string(function, place):
                raise self._fail("cannot assign nil to string")
            return self._check_type(NO_VALUE, function, place)
        if _is_string(function, place) and isinstance(node, Constant) and not isinstance(node.value, str):
            raise self._fail(f"expected string; found {node}")
        return self._check_type(self._eval_simple(dot, node), function, place)

    def _check_type(self, value: Any, function: Function, place: int) -> Any:
        """Return an argument as the function sees it."""
        plain = value.value if isinstance(value, Element) else value
        if not _is_string(function, place):
            return None if plain is NO_VALUE and not function.knows_missing else plain
        if plain is NO_VALUE:
            raise self._fail("invalid value; expected string")
        if plain is None:
            raise self._fail("wrong type for value; expected string; got interface {}")
        if not isinstance(plain, str):
            raise self._fail(f"wrong type for value; expected string; got {name_type(plain)}")
        return plain


def _is_string(function: Function, place: int) -> bool:
    return place < len(function.strings) and function.strings[place]


def _open(value: Any) -> Any:
    """Return a value with its own type; nil in a list or map is no value."""
    if isinstance(value, Element):
        value = value.value
    return NO_VALUE if value is None else value
