"""Cuts a Go template into tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from minikube_py.cli_runtime.printers.go_format import quote

KEYWORDS = frozenset([".", "block", "break", "continue", "define", "else", "end", "if", "range", "nil", "template", "with"])
_SPACES = " \t\r\n"
_SYMBOLS = {"=": "assign", "|": "pipe", "(": "left paren", ")": "right paren"}
_WORD = re.compile(r"[^\W]+")
_DIGITS = {"x": "0-9a-fA-F_", "o": "0-7_", "b": "01_"}
_DECIMAL = re.compile(r"[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?i?")


class Token(NamedTuple):
    """One token. `kind` is a keyword, or one of: text, left delim, right delim, space, field, variable, identifier, bool,
    number, char constant, string, raw string, assign, declare, pipe, left paren, right paren, char, error, EOF.
    """

    kind: str
    value: str
    position: int
    line: int

    def __str__(self) -> str:
        """Return the token as an error tells of it."""
        if self.kind == "EOF":
            return "EOF"
        if self.kind == "error":
            return self.value
        if self.kind in KEYWORDS:
            return f"<{self.value}>"
        return quote(self.value[:10]) + "..." if len(self.value.encode()) > 10 else quote(self.value)


def lex(text: str) -> Iterator[Token]:
    """Yield the tokens of a template, the last of them `EOF` or `error`."""
    return _Lexer(text).run()


class _LexError(Exception):
    pass


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._start = 0
        self._line = 1
        self._depth = 0

    def run(self) -> Iterator[Token]:
        try:
            yield from self._lex_text()
        except _LexError as error:
            yield Token("error", str(error), self._start, self._line)

    def _emit(self, kind: str) -> Token:
        value = self._text[self._start : self._position]
        token = Token(kind, value, self._start, self._line)
        self._skip()
        return token

    def _skip(self) -> None:
        self._line += self._text.count("\n", self._start, self._position)
        self._start = self._position

    def _at(self, prefix: str) -> bool:
        return self._text.startswith(prefix, self._position)

    def _peek(self) -> str:
        return self._text[self._position : self._position + 1]

    def _lex_text(self) -> Iterator[Token]:
        text = self._text
        while True:
            delimiter = text.find("{{", self._position)
            end = len(text) if delimiter < 0 else delimiter
            trimmed = delimiter >= 0 and text[end + 2 : end + 3] == "-" and text[end + 3 : end + 4] in tuple(_SPACES)
            self._position = end
            if trimmed:
                self._position = self._start + len(text[self._start : end].rstrip(_SPACES))
            if self._position > self._start:
                yield self._emit("text")
            self._position = end
            self._skip()
            if delimiter < 0:
                yield self._emit("EOF")
                return
            yield from self._lex_action(trimmed)

    def _lex_action(self, trimmed: bool) -> Iterator[Token]:
        after = self._position + (4 if trimmed else 2)
        if self._text.startswith("/*", after):
            self._position = after
            self._lex_comment()
            return
        self._position += 2
        yield self._emit("left delim")
        self._position = after
        self._skip()
        self._depth = 0
        while True:
            closing = self._find_right_delimiter()
            if closing:
                if self._depth:
                    raise _LexError("unclosed left paren")
                yield self._close(closing)
                return
            yield self._lex_inside()

    def _find_right_delimiter(self) -> str:
        if self._at("}}"):
            return "}}"
        if self._peek() in tuple(_SPACES) and self._text.startswith("-}}", self._position + 1):
            return " -}}"
        return ""

    def _close(self, closing: str) -> Token:
        if closing == " -}}":
            self._position += 2
            self._skip()
        self._position += 2
        token = self._emit("right delim")
        if closing == " -}}":
            while self._peek() in tuple(_SPACES):
                self._position += 1
            self._skip()
        return token

    def _lex_comment(self) -> None:
        end = self._text.find("*/", self._position + 2)
        if end < 0:
            raise _LexError("unclosed comment")
        self._position = end + 2
        closing = self._find_right_delimiter()
        if not closing:
            raise _LexError("comment ends before closing delimiter")
        self._skip()
        self._close(closing)

    def _lex_inside(self) -> Token:
        char = self._peek()
        self._position += 1
        if not char:
            self._position -= 1
            raise _LexError("unclosed action")
        if char in _SPACES:
            return self._lex_space()
        if char in _SYMBOLS:
            return self._lex_symbol(char)
        if char == ":":
            if self._peek() != "=":
                raise _LexError("expected :=")
            self._position += 1
            return self._emit("declare")
        if char in "\"'`":
            return self._lex_quote(char)
        if char == "$":
            return self._lex_name("variable")
        if char == "." and not self._peek().isdecimal():
            return self._lex_name("field")
        if char in ".+-" or char in "0123456789":
            return self._lex_number()
        if _WORD.match(char):
            return self._lex_word()
        if char.isascii() and char.isprintable():
            return self._emit("char")
        raise _LexError(f"unrecognized character in action: {_name_char(char)}")

    def _lex_space(self) -> Token:
        """Take a run of spaces, but for one that begins a trimming delimiter."""
        while self._peek() in tuple(_SPACES) and not self._find_right_delimiter():
            self._position += 1
        return self._emit("space")

    def _lex_symbol(self, char: str) -> Token:
        self._depth += {"(": 1, ")": -1}.get(char, 0)
        if self._depth < 0:
            raise _LexError("unexpected right paren")
        return self._emit(_SYMBOLS[char])

    def _lex_quote(self, quotation: str) -> Token:
        names = {'"': "quoted string", "'": "character constant", "`": "raw quoted string"}
        kinds = {'"': "string", "'": "char constant", "`": "raw string"}
        while True:
            char = self._peek()
            self._position += 1
            if char == "\\" and quotation != "`":
                char = self._peek()
                self._position += 1
                if char not in ("", "\n"):
                    continue
            if not char or (char == "\n" and quotation != "`"):
                raise _LexError(f"unterminated {names[quotation]}")
            if char == quotation:
                return self._emit(kinds[quotation])

    def _take_word(self) -> None:
        match = _WORD.match(self._text, self._position)
        if match:
            self._position = match.end()
        char = self._peek()
        if char and char not in _SPACES + ".,|:)(=" and not self._at("}}"):
            raise _LexError(f"bad character {_name_char(char)}")

    def _lex_name(self, kind: str) -> Token:
        self._take_word()
        if kind == "field" and self._position == self._start + 1:
            return self._emit(".")
        return self._emit(kind)

    def _lex_word(self) -> Token:
        self._take_word()
        word = self._text[self._start : self._position]
        if word in KEYWORDS:
            return self._emit(word)
        return self._emit("bool" if word in ("true", "false") else "identifier")

    def _lex_number(self) -> Token:
        self._position = self._start + (self._text[self._start] in "+-")
        base = self._text[self._position + 1 : self._position + 2].lower()
        if self._peek() == "0" and base in _DIGITS:
            digits = _DIGITS[base]
            match = re.compile(f"[{digits}]*(?:\\.[{digits}]*)?(?:[pP][+-]?[0-9_]*)?i?").match(self._text, self._position + 2)
        else:
            match = _DECIMAL.match(self._text, self._position)
        assert match is not None
        self._position = match.end()
        if _WORD.match(self._peek()):
            self._position += 1
            raise _LexError(f"bad number syntax: {quote(self._text[self._start : self._position])}")
        return self._emit("number")


def _name_char(char: str) -> str:
    code = f"U+{ord(char):04X}"
    return f"{code} '{char}'" if char.isprintable() else code
