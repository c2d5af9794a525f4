"""The grammar of `kubectl -l`: reads a text into requirements, with the errors of apimachinery's pkg/labels.

selector    = [ requirement { "," requirement } ]
requirement = [ "!" ] key | key ("=" | "==" | "!=" | ">" | "<") [ value ] | key ("in" | "notin") "(" [ values ] ")"
"""

from __future__ import annotations

from typing import NamedTuple

from minikube_py.apimachinery.errors import invalid
from minikube_py.apimachinery.label_requirement import (
    BINARY_OPERATORS,
    DOES_NOT_EXIST,
    DOUBLE_EQUALS,
    EQUALS,
    EXISTS,
    GREATER_THAN,
    IN,
    LESS_THAN,
    NOT_EQUALS,
    NOT_IN,
    Requirement,
    new_requirement,
    validate_label_key,
)

_END = "end"
_IDENTIFIER = "identifier"
_BLANKS = " \t\r\n"
_SYMBOLS = "=!(),><"
_OPERATORS = {
    "in": IN,
    "notin": NOT_IN,
    "=": EQUALS,
    "==": DOUBLE_EQUALS,
    "!=": NOT_EQUALS,
    ">": GREATER_THAN,
    "<": LESS_THAN,
}


class _Token(NamedTuple):
    """`kind` is "end", "identifier", or the token's own text: a symbol, "in" or "notin"."""

    kind: str
    text: str

    @property
    def is_identifier(self) -> bool:
        """Whether this may stand where a key or a value is expected; `in` and `notin` may."""
        return self.kind in (_IDENTIFIER, "in", "notin")


def parse_requirements(text: str) -> list[Requirement]:
    """Return the requirements a text lists, sorted by key. Raises ValueError with Kubernetes' words."""
    return sorted(_Parser(text).parse(), key=lambda requirement: requirement.key)


def _scan(text: str) -> list[_Token]:
    tokens = []
    position = 0
    text = text.partition("\0")[0]
    while position < len(text):
        start = position
        if text[position] in _BLANKS:
            position += 1
            continue
        if text[position] in _SYMBOLS:
            position += 2 if text[position : position + 2] in ("==", "!=") else 1
            tokens.append(_Token(text[start:position], text[start:position]))
            continue
        while position < len(text) and text[position] not in _BLANKS + _SYMBOLS:
            position += 1
        word = text[start:position]
        tokens.append(_Token(word if word in ("in", "notin") else _IDENTIFIER, word))
    tokens.append(_Token(_END, ""))
    return tokens


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _scan(text)
        self._position = 0

    def parse(self) -> list[Requirement]:
        requirements: list[Requirement] = []
        if self._peek().kind == _END:
            return requirements
        if not self._begins_requirement():
            raise ValueError(f"found '{self._peek().text}', expected: !, identifier, or 'end of string'")
        while True:
            try:
                requirements.append(self._parse_requirement())
            except ValueError as error:
                raise ValueError(f"unable to parse requirement: {error}") from None
            token = self._take()
            if token.kind == _END:
                return requirements
            if token.kind != ",":
                raise ValueError(f"found '{token.text}', expected: ',' or 'end of string'")
            if not self._begins_requirement():
                raise ValueError(f"found '{self._peek().text}', expected: identifier after ','")

    def _peek(self) -> _Token:
        return self._tokens[self._position]

    def _take(self) -> _Token:
        token = self._tokens[self._position]
        self._position += 1
        return token

    def _begins_requirement(self) -> bool:
        token = self._peek()
        return token.is_identifier or token.kind == "!"

    def _parse_requirement(self) -> Requirement:
        token = self._take()
        negated = token.kind == "!"
        if negated:
            token = self._take()
        if not token.is_identifier:
            raise ValueError(f"found '{token.text}', expected: identifier")
        key = token.text
        wrong = validate_label_key(key)
        if wrong:
            raise ValueError(str(invalid("<nil>", key, wrong)))
        if negated:
            return new_requirement(key, DOES_NOT_EXIST, ())
        if self._peek().kind in (_END, ","):
            return new_requirement(key, EXISTS, ())
        operator = self._parse_operator()
        values = self._parse_values() if operator in (IN, NOT_IN) else {self._parse_exact_value()}
        return new_requirement(key, operator, sorted(values))

    def _parse_operator(self) -> str:
        token = self._take()
        if token.kind not in _OPERATORS:
            raise ValueError(f"found '{token.text}', expected: {', '.join(BINARY_OPERATORS)}")
        return _OPERATORS[token.kind]

    def _parse_values(self) -> set[str]:
        token = self._take()
        if token.kind != "(":
            raise ValueError(f"found '{token.text}' expected: '('")
        token = self._peek()
        if token.kind == ")":
            self._take()
            return {""}
        if not token.is_identifier and token.kind != ",":
            raise ValueError(f"found '{token.text}', expected: ',', ')' or identifier")
        values = self._parse_identifiers()
        self._take()
        return values

    def _parse_identifiers(self) -> set[str]:
        """Read values up to the closing bracket, which is left; where one is missing between commas it is empty."""
        values: set[str] = set()
        while True:
            token = self._take()
            following = self._tokens[min(self._position, len(self._tokens) - 1)]
            if token.is_identifier:
                values.add(token.text)
                if following.kind not in (",", ")"):
                    raise ValueError(f"found '{following.text}', expected: ',' or ')'")
            elif token.kind == ",":
                if not values or following.kind in (",", ")"):
                    values.add("")
            else:
                raise ValueError(f"found '{token.text}', expected: ',', or identifier")
            if following.kind == ")":
                return values

    def _parse_exact_value(self) -> str:
        if self._peek().kind in (_END, ","):
            return ""
        token = self._take()
        if not token.is_identifier:
            raise ValueError(f"found '{token.text}', expected: identifier")
        return token.text
