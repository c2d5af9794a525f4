"""Reads an expression: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, get_args

from minikube_py.apimachinery.cel.nodes import Call, Index, ListOf, Literal, MapOf, Name, Node, Select, SyntaxFault

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
    |(?P<text>(?P<prefix>[rRbB]{0,2})(?P<quoted>\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
    |(?P<float>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<int>(?:0[xX][0-9a-fA-F]+|\d+)[uU]?)
    |(?P<word>`[^`]+`|[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>&&|\|\||<=|>=|==|!=|\.\?|\[\?|[-+*/%!<>?:.,(){}\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_LEVELS = (("||",), ("&&",), ("<", "<=", ">", ">=", "==", "!=", "in"), ("+", "-"), ("*", "/", "%"))
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_NODES = get_args(Node)
MAX_DEPTH = 150
_TOO_DEEP = f"expression recursion limit exceeded: {MAX_DEPTH}"
_CONSTANTS = {"true": True, "false": False, "null": None}


class Token(NamedTuple):
    """One word or sign; `kind` is text, float, int, word, sign or end."""

    kind: str
    text: str
    value: Any
    at: int


@lru_cache(maxsize=1024)
def parse(text: str) -> Node:
    """Return the tree of an expression, MAX_DEPTH deep at most. Raises SyntaxFault."""
    try:
        node = _Reader(_list_tokens(text)).read_all()
    except RecursionError:
        raise SyntaxFault(_TOO_DEEP, 0) from None
    _check_depth(node)
    return node


def _check_depth(root: Node) -> None:
    """Refuse a tree that could not be walked through; this looks at it level by level."""
    level: list[Any] = [root]
    for _ in range(MAX_DEPTH):
        level = [inner for node in level for inner in _list_inner(node)]
        if not level:
            return
    raise SyntaxFault(_TOO_DEEP, 0)


def _list_inner(value: Any) -> Iterator[Any]:
    """Yield the nodes right below a node."""
    for part in value:
        if isinstance(part, _NODES):
            yield part
        elif isinstance(part, tuple):
            yield from _list_inner(part)


def _list_tokens(text: str) -> list[Token]:
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise SyntaxFault(f"Syntax error: token recognition error at: '{text[at]}'", at)
        kind = match.lastgroup or ""
        kind = next(k for k in ("space", "text", "float", "int", "word", "sign") if match[k] is not None)
        if kind != "space":
            tokens.append(Token(kind, match[0], _value_of(kind, match), at))
        at = match.end()
    return [*tokens, Token("end", "<EOF>", None, at)]


def _value_of(kind: str, match: re.Match[str]) -> Any:
    if kind == "float":
        return float(match[0])
    if kind == "int":
        digits = match[0].rstrip("uU")
        return int(digits, 16) if digits[:2] in ("0x", "0X") else int(digits)
    if kind == "text":
        quoted = match["quoted"]
        inner = quoted[3:-3] if quoted[:3] in ('"""', "'''") else quoted[1:-1]
        plain = inner if "r" in match["prefix"].lower() else _unescape(inner)
        return plain.encode() if "b" in match["prefix"].lower() else plain
    return match[0].strip("`")


def _unescape(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        word = match[1]
        if word[0] in "xXuU":
            return chr(int(word[1:], 16))
        return chr(int(word, 8)) if word[0] in "0123" and len(word) == 3 else _ESCAPES.get(word, word)

    return re.sub(r"\\([xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)", replace, text, flags=re.DOTALL)


class _Reader:
    """Reads tokens by precedence."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._position = tokens, 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._position]

    def _take(self) -> Token:
        found = self._next
        self._position += 1
        return found

    def _accept(self, sign: str) -> bool:
        if self._next.kind == "sign" and self._next.text == sign:
            self._position += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            raise SyntaxFault(f"Syntax error: mismatched input '{self._next.text}' expecting '{sign}'", self._next.at)

    def read_all(self) -> Node:
        """Read the whole text."""
        node = self._read_conditional()
        if self._next.kind != "end":
            raise SyntaxFault(f"Syntax error: extraneous input '{self._next.text}' expecting <EOF>", self._next.at)
        return node

    def _read_conditional(self) -> Node:
        condition = self._read_level(0)
        at = self._next.at
        if not self._accept("?"):
            return condition
        then = self._read_level(0)
        self._expect(":")
        return Call("_?_:_", None, (condition, then, self._read_conditional()), at)

    def _read_level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._read_unary()
        left = self._read_level(level + 1)
        while self._next.text in _LEVELS[level] and self._next.kind in ("sign", "word"):
            token = self._take()
            left = Call(f"_{token.text}_", None, (left, self._read_level(level + 1)), token.at)
        return left

    def _read_unary(self) -> Node:
        token = self._next
        if self._accept("!"):
            return Call("!_", None, (self._read_unary(),), token.at)
        if self._accept("-"):
            if self._next.kind in ("int", "float") and self._tokens[self._position + 1].text != ".":
                return Literal(-self._take().value, token.at)
            return Call("-_", None, (self._read_unary(),), token.at)
        return self._read_member()

    def _read_member(self) -> Node:
        node = self._read_primary()
        while True:
            token = self._next
            if self._accept(".") or self._accept(".?"):
                name = self._take()
                if name.kind != "word":
                    raise SyntaxFault(f"Syntax error: no viable alternative at input '.{name.text}'", name.at)
                opening = self._next.at
                if token.text == "." and self._accept("("):
                    node = Call(name.value, node, self._read_args(), opening)
                else:
                    node = Select(node, name.value, token.text == ".?", token.at)
            elif self._accept("[") or self._accept("[?"):
                key = self._read_conditional()
                self._expect("]")
                node = Index(node, key, token.text == "[?", token.at)
            else:
                return node

    def _read_args(self) -> tuple[Node, ...]:
        args: list[Node] = []
        while not self._accept(")"):
            if args:
                self._expect(",")
            args.append(self._read_conditional())
        return tuple(args)

    def _read_primary(self) -> Node:
        token = self._take()
        if token.kind in ("int", "float", "text"):
            return Literal(token.value, token.at)
        if token.kind == "word":
            if token.text in _CONSTANTS:
                return Literal(_CONSTANTS[token.text], token.at)
            opening = self._next.at
            return Call(token.value, None, self._read_args(), opening) if self._accept("(") else Name(token.value, token.at)
        if token.text == "(":
            node = self._read_conditional()
            self._expect(")")
            return node
        if token.text in ("[", "[?"):
            return self._read_list(token)
        if token.text == "{":
            return self._read_map(token)
        raise SyntaxFault(f"Syntax error: mismatched input '{token.text}' expecting an expression", token.at)

    def _read_list(self, token: Token) -> Node:
        items: list[tuple[Node, bool]] = []
        first_optional = token.text == "[?"
        while not self._accept("]"):
            if items:
                self._expect(",")
                if self._accept("]"):
                    break
            optional = first_optional if not items and first_optional else self._accept("?")
            items.append((self._read_conditional(), optional))
        return ListOf(tuple(items), token.at)

    def _read_map(self, token: Token) -> Node:
        entries: list[tuple[Node, Node, bool]] = []
        while not self._accept("}"):
            if entries:
                self._expect(",")
                if self._accept("}"):
                    break
            optional = self._accept("?")
            key = self._read_conditional()
            self._expect(":")
            entries.append((key, self._read_conditional(), optional))
        return MapOf(tuple(entries), token.at)
