"""Expressions as programs of few kinds of steps, for automata that are in many places at once."""

from __future__ import annotations

from typing import NamedTuple

from minikube_py.apimachinery.re2.classes import Chars
from minikube_py.apimachinery.re2.syntax import Assertion, Choice, Node, Repeat, Sequence


class Step(NamedTuple):
    """Take a character, pass a place, or go on at `next`, or else at `other`; a step with none of them is the end."""

    chars: Chars | None = None
    place: str = ""
    next: int = -1
    other: int = -1


def compile_tree(node: Node) -> list[Step]:
    """Return the program of a tree; it begins with the last step, and step 0 is the end."""
    program = [Step()]
    program.append(Step(next=_add(program, node, 0)))
    return program


def _add(program: list[Step], node: Node, after: int) -> int:
    """Add the steps of a tree that go on at `after`; return where they begin."""
    match node:
        case Chars():
            program.append(Step(chars=node, next=after))
        case Assertion(kind):
            program.append(Step(place=kind, next=after))
        case Sequence(parts):
            for part in reversed(parts):
                after = _add(program, part, after)
            return after
        case Choice(ways):
            begin = _add(program, ways[-1], after)
            for way in reversed(ways[:-1]):
                program.append(Step(next=_add(program, way, after), other=begin))
                begin = len(program) - 1
            return begin
        case Repeat():
            return _add_repeat(program, node, after)
    return len(program) - 1


def _add_repeat(program: list[Step], node: Repeat, after: int) -> int:
    if node.most is None:
        program.append(Step())  # filled in below: again, or on
        fork = len(program) - 1
        begin = _add(program, node.part, fork)
        program[fork] = Step(next=begin, other=after) if node.greedy else Step(next=after, other=begin)
        after, times = fork, node.least
    else:
        end = after
        for _ in range(node.most - node.least):
            begin = _add(program, node.part, after)
            program.append(Step(next=begin, other=end) if node.greedy else Step(next=end, other=begin))
            after = len(program) - 1
        times = node.least
    for _ in range(times):
        after = _add(program, node.part, after)
    return after
