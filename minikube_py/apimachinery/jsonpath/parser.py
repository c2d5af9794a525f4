"""Reads a jsonpath template as kubectl does: text, and actions in braces."""

from __future__ import annotations

import re

from minikube_py.apimachinery.jsonpath.nodes import (
    Field,
    Filter,
    Identifier,
    JSONPathError,
    Literal,
    Node,
    Path,
    Recursive,
    Slice,
    Template,
    Text,
    Union,
    Wildcard,
)

_DICT_KEY = re.compile(r"'([^']*)'\Z")
_SLICE = re.compile(r"(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?\Z")
_COMPARISON = re.compile(r"([^!<>=]+)([!<>=]+)(.+)\Z")
_TERMINATORS = frozenset(" \t\r\n.,[]$@{}")
_ESCAPES = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92}


def parse_template(text: str) -> Template:
    """Return the template's parts; JSONPathError where it cannot be read."""
    template: Template = []
    position = 0
    while True:
        brace = text.find("{", position)
        plain = text[position:] if brace < 0 else text[position:brace]
        if plain:
            template.append(Text(plain))
        if brace < 0:
            return template
        reader = _ActionReader(text, brace + 1)
        template.append(reader.read())
        position = reader.position


def _parse_action(text: str) -> Path:
    """Read what would stand in one pair of braces."""
    action = parse_template("{" + text + "}")[0]
    assert isinstance(action, list)
    return action


class _ActionReader:
    """Reads one action, from behind its brace to its closing one; `position` is then behind that."""

    def __init__(self, text: str, position: int) -> None:
        self._text = text
        self.position = position
        self._nodes: Path = []

    def read(self) -> Path:
        """Return the action's nodes."""
        text = self._text
        while True:
            position = self.position
            char = text[position : position + 1]
            if char == "}":
                self.position += 1
                return self._nodes
            if char in ("", "\r", "\n"):
                raise JSONPathError("unclosed action")
            if char in " @$":
                self.position += 1
            else:
                self._nodes.extend(self._read_node(char))

    def _read_node(self, char: str) -> list[Node]:
        rest = self._text[self.position : self.position + 3]
        if rest == "[?(":
            return [self._read_filter()]
        if rest.startswith(".."):
            return self._read_recursive()
        if char == "[":
            return self._read_array()
        if char in "\"'":
            return [self._read_quote(char)]
        if char == ".":
            self.position += 1
            return [self._read_field()]
        if char in "+-" or char.isdecimal():
            return [self._read_number()]
        if _is_word(char):
            return [self._read_identifier()]
        raise JSONPathError(f"unrecognized character in action: {_name_char(char)}")

    def _read_identifier(self) -> Node:
        start = self.position
        while self.position < len(self._text) and self._text[self.position] not in _TERMINATORS:
            self.position += 1
        word = self._text[start : self.position]
        return Literal(word == "true") if word in ("true", "false") else Identifier(word)

    def _read_recursive(self) -> list[Node]:
        if self._nodes and isinstance(self._nodes[-1], Recursive):
            raise JSONPathError("invalid multiple recursive descent")
        self.position += 2
        if _is_word(self._text[self.position : self.position + 1]):
            return [Recursive(), self._read_field()]
        return [Recursive()]

    def _read_number(self) -> Node:
        start = self.position
        if self._text[start] in "+-":
            self.position += 1
        while self._text[self.position : self.position + 1] == "." or self._text[self.position : self.position + 1].isdecimal():
            self.position += 1
        word = self._text[start : self.position]
        try:
            number = float(word)
        except ValueError:
            raise JSONPathError(f"cannot parse number {word}") from None
        whole = int(word) if "." not in word else None
        return Literal(whole if whole is not None and -(1 << 63) <= whole < 1 << 63 else number)

    def _read_field(self) -> Node:
        """Read a name up to a terminator; a backslash takes the terminator's meaning away."""
        text, start = self._text, self.position
        while self.position < len(text) and text[self.position] not in _TERMINATORS:
            self.position += 2 if text[self.position] == "\\" else 1
        self.position = min(self.position, len(text))
        name = text[start : self.position]
        return Wildcard() if name == "*" else Field(name.replace("\\", ""))

    def _read_array(self) -> list[Node]:
        start = self.position + 1
        end = self._text.find("]", start)
        newline = self._text.find("\n", start)
        if end < 0 or 0 <= newline < end:
            raise JSONPathError("unterminated array")
        self.position = end + 1
        inside = self._text[start:end]
        parts = inside.split(",")
        if len(parts) > 1:
            return [Union(tuple(_parse_action(f"[{part.strip(' ')}]") for part in parts))]
        key = _DICT_KEY.match(inside)
        if key:
            return list(_parse_action(f".{key[1]}"))
        return [_parse_slice(":" if inside == "*" else inside)]

    def _read_filter(self) -> Node:
        start = self.position + 3
        self.position = self._find_filter_end(start) + 1
        if self._text[self.position : self.position + 1] != "]":
            raise JSONPathError("unclosed array expect ]")
        inside = self._text[start : self.position - 1]
        self.position += 1
        comparison = _COMPARISON.match(inside)
        if comparison is None:
            return Filter(_parse_action(inside), [], "exists")
        return Filter(_parse_action(comparison[1]), _parse_action(comparison[3]), comparison[2])

    def _find_filter_end(self, position: int) -> int:
        """Return where the filter's parenthesis closes: outside of the first pair of quotes."""
        pair = ""
        closed = False
        text = self._text
        for index in range(position, len(text)):
            char = text[index]
            if char == "\n":
                break
            if char in "\"'":
                if not pair:
                    pair = char
                elif char == pair and text[index - 1] != "\\":
                    closed = True
            elif char == ")" and bool(pair) == closed:
                return index
        raise JSONPathError("unterminated filter")

    def _read_quote(self, quote: str) -> Node:
        start = self.position
        end = self._text.find(quote, start + 1)
        while end > 0 and self._text[end - 1] == "\\":
            end = self._text.find(quote, end + 1)
        newline = self._text.find("\n", start)
        if end < 0 or 0 <= newline < end:
            raise JSONPathError("unterminated quoted string")
        self.position = end + 1
        literal = self._text[start : end + 1]
        text = unquote(literal[1:-1], quote)
        if text is None:
            raise JSONPathError(f"unquote string {literal} error invalid syntax")
        return Text(text)


def _is_word(char: str) -> bool:
    return char == "_" or char.isalpha() or char.isdecimal()


def _name_char(char: str) -> str:
    code = f"U+{ord(char):04X}"
    return f"{code} '{char}'" if char.isprintable() else code


def _parse_slice(text: str) -> Slice:
    match = _SLICE.match(text)
    if match is None:
        raise JSONPathError(f"invalid array index {text}")
    start, end, step = match[1], match[2], match[3]
    first = _parse_index(start)
    if not end:
        return Slice(first, (first or 0) + 1, _parse_index(step[1:]) if step else None, True)
    return Slice(first, _parse_index(end[1:]), _parse_index(step[1:]) if step else None, False)


def _parse_index(text: str) -> int | None:
    if not text:
        return None
    if text == "-" or not -(1 << 63) <= int(text) < 1 << 63:
        raise JSONPathError(f"array index {text} is not a number")
    return int(text)


def unquote(text: str, quote: str) -> str | None:
    """Return a Go string literal's text, given without its quotes; None where an escape is wrong."""
    if "\\" not in text:
        return None if quote in text else text
    data = bytearray()
    position = 0
    while position < len(text):
        char = text[position]
        if char == quote:
            return None
        if char != "\\":
            data += char.encode("utf-8", "surrogatepass")
            position += 1
            continue
        piece = _unescape(text, position + 1, quote)
        if piece is None:
            return None
        data += piece[0]
        position = piece[1]
    return data.decode("utf-8", "replace")


def _unescape(text: str, position: int, quote: str) -> tuple[bytes, int] | None:
    """Return the bytes of the escape at `position`, behind its backslash, and where it ends."""
    char = text[position : position + 1]
    if char in _ESCAPES:
        return bytes([_ESCAPES[char]]), position + 1
    if char and char == quote:
        return quote.encode(), position + 1
    lengths = {"x": (16, 2), "u": (16, 4), "U": (16, 8)}
    base, length = lengths.get(char, (8, 3))
    start = position + 1 if char in lengths else position
    digits = text[start : start + length]
    allowed = "01234567" if base == 8 else "0123456789abcdefABCDEF"
    if len(digits) < length or any(digit not in allowed for digit in digits):
        return None
    code = int(digits, base)
    if char in ("u", "U"):
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:
            return None
        return chr(code).encode(), start + length
    return (bytes([code]), start + length) if code < 256 else None
