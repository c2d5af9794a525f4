"""Builds the tree of a Go template from its tokens."""

from __future__ import annotations

import re
from collections.abc import Collection

from minikube_py.apimachinery.jsonpath.parser import unquote
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.printers.go_template.lexer import Token, lex
from minikube_py.cli_runtime.printers.go_template.nodes import (
    Action,
    Call,
    Chain,
    Command,
    Constant,
    Control,
    Dot,
    Field,
    GoInt,
    Identifier,
    Jump,
    Nil,
    Node,
    Operand,
    Pipe,
    TemplateError,
    Text,
    Variable,
)

_OPERANDS = frozenset(
    ["bool", "char constant", ".", "field", "identifier", "number", "nil", "raw string", "string", "variable", "left paren"]
)
_INTEGER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|0[0-7_]*|[1-9][0-9_]*)\Z")

Body = tuple[Node, ...]


def parse(name: str, text: str, functions: Collection[str]) -> dict[str, Body]:
    """Return the templates that the text defines by name, its own as `name`; TemplateError where it cannot be read."""
    return _Parser(name, text, functions).parse()


class _Parser:
    def __init__(self, name: str, text: str, functions: Collection[str]) -> None:
        self._name = name
        self._functions = functions
        self._tokens = lex(text)
        self._read: list[Token] = []
        self._index = 0
        self._variables = ["$"]
        self._range_depth = 0
        self._action_line = 0
        self._templates: dict[str, Body] = {}

    # Tokens

    def _next(self) -> Token:
        token = self._peek()
        self._index += 1
        return token

    def _peek(self) -> Token:
        if self._index == len(self._read):
            self._read.append(next(self._tokens, self._read[-1] if self._read else Token("EOF", "", 0, 1)))
        return self._read[self._index]

    def _next_solid(self) -> Token:
        """Return the next token that is not space."""
        token = self._next()
        while token.kind == "space":
            token = self._next()
        return token

    def _peek_solid(self) -> Token:
        """Skip space and return the next token without taking it."""
        while self._peek().kind == "space":
            self._index += 1
        return self._peek()

    def _expect(self, kind: str, context: str) -> Token:
        token = self._next_solid()
        if token.kind != kind:
            raise self._unexpected(token, context)
        return token

    def _fail(self, message: str) -> TemplateError:
        return TemplateError(f"template: {self._name}:{self._read[-1].line}: {message}")

    def _unexpected(self, token: Token, context: str) -> TemplateError:
        if token.kind != "error":
            return self._fail(f"unexpected {token} in {context}")
        extra = ""
        if self._action_line not in (0, token.line):
            extra = f" started at {self._name}:{self._action_line}"
            if not token.value.endswith(" action"):
                extra = " in action" + extra
        return self._fail(f"{token}{extra}")

    # Bodies

    def parse(self) -> dict[str, Body]:
        body: list[Node] = []
        while self._peek().kind != "EOF":
            if self._peek().kind == "left delim" and self._starts_definition():
                self._parse_definition()
                continue
            node = self._parse_node()
            if isinstance(node, Jump) and node.keyword in ("end", "else"):
                raise self._fail(f"unexpected {node}")
            body.append(node)
        self._add(self._name, tuple(body))
        return self._templates

    def _starts_definition(self) -> bool:
        start = self._index
        self._index += 1
        if self._next_solid().kind == "define":
            return True
        self._index = start
        return False

    def _add(self, name: str, body: Body) -> None:
        if name in self._templates and not _is_empty(self._templates[name]):
            if not _is_empty(body):
                raise self._fail(f"template: multiple definition of template {quote(name)}")
            return
        self._templates[name] = body

    def _parse_definition(self) -> None:
        name = self._parse_name(self._next_solid(), "define clause")
        self._expect("right delim", "define clause")
        self._parse_template(name, "define clause")

    def _parse_template(self, name: str, context: str) -> None:
        """Read the body of another template, in which none of the variables here are known."""
        outer = self._variables, self._range_depth
        self._variables, self._range_depth = ["$"], 0
        body, end = self._parse_list()
        if end.keyword != "end":
            raise self._fail(f"unexpected {end} in {context}")
        self._variables, self._range_depth = outer
        self._add(name, body)

    def _parse_list(self) -> tuple[Body, Jump]:
        """Read nodes up to an `end` or `else`, which is returned with them."""
        nodes: list[Node] = []
        while self._peek_solid().kind != "EOF":
            node = self._parse_node()
            if isinstance(node, Jump) and node.keyword in ("end", "else"):
                return tuple(nodes), node
            nodes.append(node)
        raise self._fail("unexpected EOF")

    def _parse_node(self) -> Node:
        token = self._next_solid()
        if token.kind == "text":
            return Text(token.position, token.value)
        if token.kind != "left delim":
            raise self._unexpected(token, "input")
        self._action_line = token.line
        node = self._parse_action()
        self._action_line = 0
        return node

    def _parse_action(self) -> Node:
        token = self._next_solid()
        if token.kind in ("if", "with", "range"):
            return self._parse_control(token.kind)
        if token.kind in ("template", "block"):
            return self._parse_call(token.kind)
        if token.kind in ("break", "continue"):
            return self._parse_jump(token)
        if token.kind == "else":
            if self._peek_solid().kind in ("if", "with"):
                return Jump(self._peek().position, "else")
            return Jump(self._expect("right delim", "else").position, "else")
        if token.kind == "end":
            return Jump(self._expect("right delim", "end").position, "end")
        self._index -= 1
        return Action(token.position, self._parse_pipe("command", "right delim"))

    def _parse_jump(self, token: Token) -> Node:
        name = "{{" + token.kind + "}}"
        self._expect("right delim", name)
        if not self._range_depth:
            raise self._fail(f"{name} outside {{{{range}}}}")
        return Jump(token.position, token.kind)

    def _parse_control(self, keyword: str) -> Control:
        known = len(self._variables)
        pipe = self._parse_pipe(keyword, "right delim")
        self._range_depth += keyword == "range"
        body, end = self._parse_list()
        self._range_depth -= keyword == "range"
        otherwise: Body | None = None
        if end.keyword == "else":
            if keyword in ("if", "with") and self._peek().kind == keyword:
                self._index += 1
                otherwise = (self._parse_control(keyword),)
            else:
                otherwise, end = self._parse_list()
                if end.keyword != "end":
                    raise self._fail(f"expected end; found {end}")
        del self._variables[known:]
        return Control(pipe.position, keyword, pipe, body, otherwise)

    def _parse_call(self, keyword: str) -> Call:
        context = f"{keyword} clause"
        token = self._next_solid()
        name = self._parse_name(token, context)
        if keyword == "template" and self._peek_solid().kind == "right delim":
            self._index += 1
            return Call(token.position, name, None)
        pipe = self._parse_pipe(context, "right delim")
        if keyword == "block":
            self._parse_template(name, context)
        return Call(token.position, name, pipe)

    def _parse_name(self, token: Token, context: str) -> str:
        if token.kind not in ("string", "raw string"):
            raise self._unexpected(token, context)
        return self._unquote(token)

    # Pipelines

    def _parse_pipe(self, context: str, end: str) -> Pipe:
        start = self._peek_solid().position
        assigns, variables = self._parse_declarations(context)
        commands: list[Command] = []
        while True:
            token = self._next_solid()
            if token.kind == end:
                break
            if token.kind not in _OPERANDS:
                raise self._unexpected(token, context)
            self._index -= 1
            commands.append(self._parse_command())
        if not commands:
            raise self._fail(f"missing value for {context}")
        for stage, command in enumerate(commands[1:], 2):
            if isinstance(command.args[0], Constant | Dot | Nil):
                raise self._fail(f"non executable command in pipeline stage {stage}")
        return Pipe(start, assigns, tuple(variables), tuple(commands))

    def _parse_declarations(self, context: str) -> tuple[bool, list[str]]:
        variables: list[str] = []
        while self._peek_solid().kind == "variable":
            start = self._index
            name = self._next().value
            token = self._next_solid()
            if token.kind in ("assign", "declare"):
                variables.append(name)
                self._variables.append(name)
                return token.kind == "assign", variables
            if token.kind != "char" or token.value != ",":
                self._index = start
                break
            variables.append(name)
            self._variables.append(name)
            if context != "range" or len(variables) == 2:
                raise self._fail(f"too many declarations in {context}")
            if self._peek_solid().kind not in ("variable", "right delim", "right paren"):
                raise self._fail("range can only initialize variables")
        return False, variables

    def _parse_command(self) -> Command:
        start = self._peek_solid().position
        args: list[Operand] = []
        while True:
            self._peek_solid()
            operand = self._parse_operand()
            if operand is not None:
                args.append(operand)
            token = self._next()
            if token.kind == "space":
                continue
            if token.kind in ("right delim", "right paren"):
                self._index -= 1
            elif token.kind != "pipe":
                raise self._unexpected(token, "operand")
            break
        if not args:
            raise self._fail("empty command")
        return Command(start, tuple(args))

    def _parse_operand(self) -> Operand | None:
        node = self._parse_term()
        if node is None or self._peek().kind != "field":
            return node
        position = self._peek().position
        names: list[str] = []
        while self._peek().kind == "field":
            names.append(self._next().value[1:])
        if isinstance(node, Field | Variable):
            return node._replace(position=position, names=(*node.names, *names))
        if isinstance(node, Constant | Dot | Nil):
            raise self._fail(f"unexpected . after term {quote(str(node))}")
        return Chain(position, node, tuple(names))

    def _parse_term(self) -> Operand | None:
        token = self._next_solid()
        kind, position, value = token.kind, token.position, token.value
        if kind == "identifier":
            if value not in self._functions:
                raise self._fail(f"function {quote(value)} not defined")
            return Identifier(position, value)
        if kind in (".", "nil"):
            return Dot(position) if kind == "." else Nil(position)
        if kind == "variable":
            if value not in self._variables:
                raise self._fail(f"undefined variable {quote(value)}")
            return Variable(position, (value,))
        if kind == "field":
            return Field(position, (value[1:],))
        if kind == "left paren":
            return self._parse_pipe("parenthesized pipeline", "right paren")
        if kind in ("bool", "number", "char constant", "string", "raw string"):
            return Constant(position, value, self._parse_constant(token))
        self._index -= 1
        return None

    def _parse_constant(self, token: Token) -> bool | GoInt | float | str:
        if token.kind == "bool":
            return token.value == "true"
        if token.kind == "number":
            return self._parse_number(token.value)
        if token.kind == "char constant":
            char = unquote(token.value[1:-1], "'")
            if char is None or len(char) != 1:
                raise self._fail(f"malformed character constant: {token.value}")
            return GoInt(ord(char))
        return self._unquote(token)

    def _parse_number(self, text: str) -> GoInt | float:
        if _INTEGER.match(text):
            digits = text.lstrip("+-").replace("_", "")
            octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdecimal()
            number = int("0o" + digits[1:] if octal else digits, 0) * (-1 if text[0] == "-" else 1)
            if -(1 << 63) <= number < 1 << 64:
                return GoInt(number)
        try:
            value = float(text)
        except ValueError:
            raise self._fail(f"illegal number syntax: {quote(text)}") from None
        if not any(char in text for char in ".eEpP"):
            raise self._fail(f"integer overflow: {quote(text)}")
        return value

    def _unquote(self, token: Token) -> str:
        if token.kind == "raw string":
            return token.value[1:-1].replace("\r", "")
        text = unquote(token.value[1:-1], '"')
        if text is None:
            raise self._fail("invalid syntax")
        return text


def _is_empty(body: Body) -> bool:
    """Whether a template has nothing but space, so that another may take its name."""
    return all(isinstance(node, Text) and not node.text.strip() for node in body)
