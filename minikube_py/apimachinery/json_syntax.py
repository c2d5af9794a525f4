"""What Go says of text that is no JSON. Runs only on text another reader has refused."""

from __future__ import annotations

_SPACE = " \t\r\n"
_HEX = frozenset("0123456789abcdefABCDEF")
_LITERALS = {"t": "true", "f": "false", "n": "null"}


class JSONSyntaxError(ValueError):
    """Text that is no JSON. `offset` is the count of bytes up to and with the wrong one, 0 where the text ends too early."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


def find_error(text: str, start: int) -> JSONSyntaxError:
    """Return the error Go's decoder gives for the value that begins at `start`."""
    try:
        _Scanner(text, start).scan()
    except JSONSyntaxError as error:
        return error
    return JSONSyntaxError("unexpected EOF")


def explain(text: str) -> str:
    """Return what Go's json.Unmarshal says of a text that is no JSON."""
    import json

    start = skip_space(text, 0)
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except RecursionError:
        return "exceeded max depth"
    except ValueError:
        error = find_error(text, start)
        return str(error) if error.offset else "unexpected end of JSON input"
    end = skip_space(text, end)
    return (
        f"invalid character '{_escape(text[end])}' after top-level value" if end < len(text) else "unexpected end of JSON input"
    )


def skip_space(text: str, position: int) -> int:
    """Return where the next character that is no JSON white space stands."""
    while position < len(text) and text[position] in _SPACE:
        position += 1
    return position


class _Scanner:
    """Looks for the first wrong character, slowly."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._at = start

    def _peek(self) -> str:
        if self._at >= len(self._text):
            raise JSONSyntaxError("unexpected EOF")
        return self._text[self._at]

    def _skip(self) -> str:
        self._at = skip_space(self._text, self._at)
        return self._peek()

    def _refuse(self, where: str) -> JSONSyntaxError:
        char = self._text[self._at]
        shown = {"'": "'\\''", '"': "'\"'"}.get(char) or "'" + _escape(char) + "'"
        return JSONSyntaxError(f"invalid character {shown} {where}", len(self._text[: self._at + 1].encode()))

    def scan(self) -> None:
        """Scan one value with a stack of the closing brackets that are still to come."""
        closing: list[str] = []
        while True:
            if self._open(closing):
                continue
            while closing and self._close(closing):
                pass
            if not closing:
                return

    def _open(self, closing: list[str]) -> bool:
        """Scan a scalar, or a bracket and what must follow it. True: a value comes next."""
        char = self._skip()
        if char in "{[":
            self._at += 1
            closing.append("}" if char == "{" else "]")
            if self._skip() == closing[-1]:
                return False
            if char == "{":
                self._key()
            return True
        if char == '"':
            self._string()
        elif char == "-" or char.isdigit():
            self._number()
        elif char in _LITERALS:
            self._literal(_LITERALS[char])
        else:
            raise self._refuse("looking for beginning of value")
        return False

    def _close(self, closing: list[str]) -> bool:
        """Scan what follows a value in a container. True: the container ended. False: a value comes next."""
        char = self._skip()
        if char == closing[-1]:
            self._at += 1
            closing.pop()
            return True
        in_object = closing[-1] == "}"
        if char != ",":
            raise self._refuse("after object key:value pair" if in_object else "after array element")
        self._at += 1
        if in_object:
            self._key()
        return False

    def _key(self) -> None:
        if self._skip() != '"':
            raise self._refuse("looking for beginning of object key string")
        self._string()
        if self._skip() != ":":
            raise self._refuse("after object key")
        self._at += 1

    def _string(self) -> None:
        self._at += 1
        while (char := self._peek()) != '"':
            if char < " ":
                raise self._refuse("in string literal")
            self._at += 1
            if char == "\\":
                self._escape_sequence()
        self._at += 1

    def _escape_sequence(self) -> None:
        char = self._peek()
        if char not in '"\\/bfnrtu':
            raise self._refuse("in string escape code")
        self._at += 1
        for _ in range(4 if char == "u" else 0):
            if self._peek() not in _HEX:
                raise self._refuse("in \\u hexadecimal character escape")
            self._at += 1

    def _number(self) -> None:
        if self._peek() == "-":
            self._at += 1
        if self._peek() == "0":
            self._at += 1
        else:
            self._digits("in numeric literal")
        if self._text[self._at : self._at + 1] == ".":
            self._at += 1
            self._digits("after decimal point in numeric literal")
        if self._text[self._at : self._at + 1] in ("e", "E"):
            self._at += 1
            if self._peek() in "+-":
                self._at += 1
            self._digits("in exponent of numeric literal")

    def _digits(self, where: str) -> None:
        if self._peek() not in "0123456789":
            raise self._refuse(where)
        while self._text[self._at : self._at + 1] in tuple("0123456789"):
            self._at += 1

    def _literal(self, word: str) -> None:
        for index, wanted in enumerate(word):
            if index and self._peek() != wanted:
                raise self._refuse(f"in literal {word} (expecting '{wanted}')")
            self._at += 1


def _escape(char: str) -> str:
    """Return a character as Go quotes it; letters of other scripts stand as they are."""
    if char in "'\"":
        return {"'": "\\'"}.get(char, char)
    from minikube_py.apimachinery.go_quote import quote

    return quote(char)[1:-1]
