"""Patterns that can be searched for. Time is linear in the text: no way is tried twice at one place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from minikube_py.apimachinery.re2.classes import WORD
from minikube_py.apimachinery.re2.program import Step, compile_tree
from minikube_py.apimachinery.re2.syntax import parse

_MAX_STATES = 2000  # of one pattern that are kept
_BEGIN = ""  # the character before the first, and the one after the last
Places = frozenset[int]


def _is_word(char: str) -> bool:
    return bool(char) and any(low <= char <= high for low, high in WORD)


def _is_at(place: str, before: str, after: str) -> bool:
    """Return whether a place between two characters is of a kind."""
    match place:
        case "begin":
            return not before
        case "end":
            return not after
        case "line begin":
            return before in ("", "\n")
        case "line end":
            return after in ("", "\n")
    return (_is_word(before) is not _is_word(after)) is (place == "boundary")


class _State:
    """A set of places in the program between two characters; what comes of each next character is found out once."""

    __slots__ = ("before", "next", "places")

    def __init__(self, places: Places, before: str) -> None:
        self.places, self.before = places, before
        self.next: dict[str, _State | bool] = {}


class Pattern:
    """A compiled expression."""

    def __init__(self, text: str) -> None:
        """Read an expression. Raises BadPattern."""
        self._program: list[Step] = compile_tree(parse(text))
        self._begin = len(self._program) - 1
        self._states: dict[tuple[Places, str], _State] = {}

    def is_in(self, text: str) -> bool:
        """Return whether the pattern is found anywhere in a text."""
        state: _State = self._state(frozenset((self._begin,)), _BEGIN)
        for char in (*text, _BEGIN):
            following = state.next.get(char)
            if following is None:
                following = state.next[char] = self._follow(state, char)
            if following is True or following is False:
                return following
            state = following
        return False

    def _state(self, places: Places, before: str) -> _State:
        if len(self._states) > _MAX_STATES:
            self._states.clear()
        key = (places, before)
        if key not in self._states:
            self._states[key] = _State(*key)
        return self._states[key]

    def _follow(self, state: _State, char: str) -> _State | bool:
        """Return the state behind a character; True where a match is found, False where the text has ended without one."""
        reached = self._pass(sorted(state.places), state.before, char)
        if 0 in reached:
            return True
        if char == _BEGIN:
            return False
        taken = {step.next for i in reached if (step := self._program[i]).chars is not None and step.chars.has(char)}
        return self._state(frozenset(taken | {self._begin}), self._kind_of(char))

    def _kind_of(self, char: str) -> str:
        """Return a character that says all that places need to know of this one."""
        return "\n" if char == "\n" else "a" if _is_word(char) else " "

    def _pass(self, places: list[int], before: str, after: str) -> list[int]:
        """Return the steps reached from some without taking a character, in the order in which they are tried."""
        reached: list[int] = []
        seen: set[int] = set()
        open_now = list(reversed(places))
        while open_now:
            number = open_now.pop()
            if number in seen:
                continue
            seen.add(number)
            step = self._program[number]
            if step.chars is not None or number == 0:
                reached.append(number)
            elif not step.place:
                open_now += [way for way in (step.other, step.next) if way >= 0]
            elif _is_at(step.place, before, after):
                open_now.append(step.next)
        return reached

    def find(self, text: str, start: int = 0) -> tuple[int, int] | None:
        """Return where the leftmost match from `start` on begins and ends, None where there is none; of several the first that goes."""
        threads: list[tuple[int, int]] = []  # step and where its match began; who comes first is preferred
        found: tuple[int, int] | None = None
        for at in range(start, len(text) + 1):
            before, after = text[at - 1 : at], text[at : at + 1]
            if found is None:
                threads.append((self._begin, at))
            following: list[tuple[int, int]] = []
            seen: set[int] = set()
            for place, begin in threads:
                ended, moved = self._move(place, before, after, seen)
                following += [(step, begin) for step in moved]
                if ended:
                    found = begin, at
                    break
            threads = following
            if not threads and found is not None:
                break
        return found

    def _move(self, place: int, before: str, after: str, seen: set[int]) -> tuple[bool, list[int]]:
        """Return whether a thread ends here, and the steps that it and what it becomes go on with, up to that end."""
        moved: list[int] = []
        for number in self._pass([place], before, after):
            if number in seen:
                continue
            seen.add(number)
            if number == 0:
                return True, moved
            step = self._program[number]
            if after and step.chars is not None and step.chars.has(after):
                moved.append(step.next)
        return False, moved

    def find_all(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where matches begin and end, one behind the other; empty ones do not follow a match at once."""
        at, end = 0, -1
        while at <= len(text) and (found := self.find(text, at)) is not None:
            if found[1] > found[0] or found[0] != end:
                yield found
            end = found[1]
            at = found[1] + (found[1] == found[0])


@lru_cache(maxsize=512)
def compile_pattern(text: str) -> Pattern:
    """Return the pattern that a text describes. Raises BadPattern."""
    return Pattern(text)
