"""Expressions as trees, and what is wrong with those that are none, in the words of Go's regexp/syntax."""

from __future__ import annotations

import re
from typing import NamedTuple

from minikube_py.apimachinery.re2.classes import PERL, POSIX, Chars, is_family

MAX_REPEAT = 1000
MAX_DEPTH = 200
_ESCAPES = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_COUNT = re.compile(r"\{(\d+)(,(\d*))?\}")
_FLAGS = re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
_NAMED = re.compile(r"\(\?P?<")
_NEWLINE = Chars((("\n", "\n"),), negated=True)


class BadPattern(ValueError):
    """A text that is no regular expression; `error parsing regexp: ...`."""

    def __init__(self, why: str, where: str) -> None:
        super().__init__(f"error parsing regexp: {why}: `{where}`")


class Assertion(NamedTuple):
    """A place: `begin` or `end` of the text, `line begin`, `line end`, a word's `boundary` or `no boundary`."""

    kind: str


class Sequence(NamedTuple):
    """One after the other."""

    parts: tuple[Node, ...]


class Choice(NamedTuple):
    """One of several, the first that goes."""

    ways: tuple[Node, ...]


class Repeat(NamedTuple):
    """So many times; `most` is None for any number."""

    part: Node
    least: int
    most: int | None
    greedy: bool


Node = Chars | Assertion | Sequence | Choice | Repeat


def parse(pattern: str) -> Node:
    """Return the tree of an expression. Raises BadPattern."""
    parser = _Parser(pattern)
    node = parser.read_choice(0)
    if parser.at < len(pattern):
        raise BadPattern("unexpected )", pattern)
    if _count_repeats(node) > MAX_REPEAT:
        raise BadPattern("invalid repeat count", next((m[0] for m in _COUNT.finditer(pattern)), pattern))
    return node


def _count_repeats(node: Node) -> int:
    match node:
        case Sequence(parts) | Choice(parts):
            return max(map(_count_repeats, parts), default=1)
        case Repeat(part, least, most, _):
            return _count_repeats(part) * max(least if most is None else most, 1)
    return 1


class _Parser:
    """Reads an expression from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self.at, self._flags = text, 0, frozenset[str]()

    def _ahead(self, what: str) -> bool:
        return self._text.startswith(what, self.at)

    def read_choice(self, depth: int) -> Node:
        """Read ways until the group's end, or the text's."""
        if depth > MAX_DEPTH:
            raise BadPattern("expression nests too deeply", self._text)
        ways = [self._read_sequence(depth)]
        while self._ahead("|"):
            self.at += 1
            ways.append(self._read_sequence(depth))
        return ways[0] if len(ways) == 1 else Choice(tuple(ways))

    def _read_sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        last = -1  # where the operator stands that the last part ends with
        while self.at < len(self._text) and self._text[self.at] not in "|)":
            begin = self.at
            repeat = self._read_repeat()
            if repeat is None:
                last = -1
                parts += self._read_part(depth)
                continue
            if last >= 0:
                raise BadPattern("invalid nested repetition operator", self._text[last : self.at])
            if not parts:
                raise BadPattern("missing argument to repetition operator", self._text[begin : self.at])
            parts[-1] = Repeat(parts[-1], *repeat)
            last = begin
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _read_repeat(self) -> tuple[int, int | None, bool] | None:
        sign, begin = self._text[self.at], self.at
        bounds: tuple[int, int | None] | None = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(sign)
        if bounds is not None:
            self.at += 1
        elif sign == "{" and (count := _COUNT.match(self._text, self.at)):
            self.at = count.end()
            least = int(count[1])
            most = least if count[2] is None else int(count[3]) if count[3] else None
            if max(least, most or 0) > MAX_REPEAT or (most is not None and most < least):
                raise BadPattern("invalid repeat count", self._text[begin : self.at])
            bounds = least, most
        else:
            return None
        lazy = self._ahead("?")
        self.at += lazy
        return (*bounds, lazy is ("U" in self._flags))

    def _read_part(self, depth: int) -> list[Node]:
        char = self._text[self.at]
        if char == "(":
            return self._read_group(depth)
        if char == "[":
            return [self._read_class()]
        if char == "\\":
            return self._read_escape()
        self.at += 1
        if char == ".":
            return [Chars(negated=True) if "s" in self._flags else _NEWLINE]
        if char == "^":
            return [Assertion("line begin" if "m" in self._flags else "begin")]
        if char == "$":
            return [Assertion("line end" if "m" in self._flags else "end")]
        return [self._literal(char)]

    def _literal(self, char: str) -> Chars:
        return Chars(((char, char),), fold="i" in self._flags)

    def _read_group(self, depth: int) -> list[Node]:
        before = self._flags
        if self._ahead("(?"):
            if self._read_prefix():
                return []
        else:
            self.at += 1
        node = self.read_choice(depth + 1)
        if not self._ahead(")"):
            raise BadPattern("missing closing )", self._text)
        self.at += 1
        self._flags = before
        return [node]

    def _read_prefix(self) -> bool:
        """Read what follows a bracket's `?`; return whether that was all: flags for what comes."""
        rest = self._text[self.at :]
        if named := _NAMED.match(rest):
            end = rest.find(">")
            if end < 0 or not re.fullmatch(r"\w+", rest[named.end() : end], re.ASCII):
                raise BadPattern("invalid named capture", rest[: end + 1] if end >= 0 else rest)
            self.at += end + 1
            return False
        found = _FLAGS.match(rest)
        if found is None or (found[3] == ")" and not found[1] and not found[2]):
            bad = re.match(r"\(\?[imsU-]*.?", rest, re.DOTALL)
            if rest[2:] and ")" not in rest[2:] and not (bad and bad[0][-1:] not in "imsU-"):
                raise BadPattern("missing closing )", self._text)
            raise BadPattern("invalid or unsupported Perl syntax", bad[0] if bad else rest)
        self._flags = (self._flags | set(found[1])) - set(found[2] or "")
        self.at += found.end()
        return found[3] == ")"

    def _read_escape(self) -> list[Node]:
        self.at += 1
        if self.at == len(self._text):
            raise BadPattern("trailing backslash at end of expression", "")
        char = self._text[self.at]
        kind = {"A": "begin", "z": "end", "b": "boundary", "B": "no boundary"}.get(char)
        if kind is not None:
            self.at += 1
            return [Assertion(kind)]
        if char == "Q":
            end = self._text.find("\\E", self.at)
            quoted = self._text[self.at + 1 : end if end >= 0 else len(self._text)]
            self.at = end + 2 if end >= 0 else len(self._text)
            return [self._literal(one) for one in quoted]
        found = self._read_family()
        return [found._replace(fold="i" in self._flags)] if found is not None else [self._literal(self._read_char())]

    def _read_family(self) -> Chars | None:
        r"""Read what follows the backslash of `\d` or `\p{Lu}`, if that is what it is."""
        char, begin = self._text[self.at], self.at - 1
        if char.lower() in PERL:
            self.at += 1
            return Chars(PERL[char]) if char.islower() else Chars(excluded=(PERL[char.lower()],))
        if char not in "pP":
            return None
        found = re.compile(r"[pP](?:\{(\^?)(\w*)\}|(\w))").match(self._text, self.at)
        if found is None or not is_family(name := found[2] or found[3]):
            raise BadPattern("invalid character class range", self._text[begin : found.end() if found else len(self._text)])
        self.at = found.end()
        return Chars(families=((name, (char == "P") is not bool(found[1])),))

    def _read_char(self) -> str:
        """Read what follows a backslash as one character."""
        found = re.compile(r"x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|(0[0-7]{0,2}|[1-7][0-7]{1,2})").match(
            self._text, self.at
        )
        if found is not None:
            number = int(found[1] or found[2] or found[3], 8 if found[3] else 16)
            if number <= 0x10FFFF:
                self.at = found.end()
                return chr(number)
        char = self._text[self.at]
        if char in _ESCAPES or (char.isascii() and not char.isalnum()):
            self.at += 1
            return _ESCAPES.get(char, char)
        raise BadPattern("invalid escape sequence", f"\\{char}")

    def _read_class(self) -> Chars:
        begin = self.at
        self.at += 1
        negated = self._ahead("^")
        self.at += negated
        found = Chars()
        first = True
        while first or not self._ahead("]"):
            if self.at >= len(self._text):
                raise BadPattern("missing closing ]", self._text[begin:])
            found = self._read_item(found, begin)
            first = False
        self.at += 1
        return found._replace(negated=negated, fold="i" in self._flags)

    def _read_item(self, known: Chars, begin: int) -> Chars:
        posix = re.compile(r"\[:(\^?)(\w*):\]").match(self._text, self.at)
        if posix is not None:
            if posix[2] not in POSIX:
                raise BadPattern("invalid character class range", posix[0])
            self.at = posix.end()
            ranges = POSIX[posix[2]]
            return (
                known._replace(excluded=(*known.excluded, ranges)) if posix[1] else known._replace(ranges=known.ranges + ranges)
            )
        if self._ahead("\\") and self.at + 1 < len(self._text):
            self.at += 1
            family = self._read_family()
            if family is not None:
                return Chars(known.ranges + family.ranges, known.families + family.families, known.excluded + family.excluded)
            self.at -= 1
        start = self.at
        low = high = self._read_end(begin)
        if self._ahead("-") and self._text[self.at + 1 : self.at + 2] not in ("]", ""):
            self.at += 1
            high = self._read_end(begin)
            if high < low:
                raise BadPattern("invalid character class range", self._text[start : self.at])
        return known._replace(ranges=(*known.ranges, (low, high)))

    def _read_end(self, begin: int) -> str:
        """Read one end of a range."""
        char = self._text[self.at : self.at + 1]
        self.at += 1
        if not char or (char == "\\" and self.at == len(self._text)):
            raise BadPattern("missing closing ]", self._text[begin:])
        return self._read_char() if char == "\\" else char
