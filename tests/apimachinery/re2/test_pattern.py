"""Patterns in Go's syntax: what they find, and what is said of those that are none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.re2.pattern import Pattern
from minikube_py.apimachinery.re2.syntax import BadPattern

LIKE_PYTHONS = (
    *(r"a*b", r"^[a-c0-9]([-a-c0-9]*[a-c0-9])?\Z", r"(a|ab)(c|bcb)*", r"a+?b", r"(ab|ba)+c", r"\bab\b", r"a{2,4}", r"(a*)*b"),
    *(r"[^a]b", r"(?i)AbC", r"a|", r"^\Z", r"a??b", r"(a|b)*?c", r".b", r"\w+\.\d", r"(ab|a)(bc)?", r"(?:a|b){2}", r"a{0}b"),
    *(r"(a?){3}b", r"\s*-", r"(?m)^a", r"(?s)a.b", r"[^\w]", r"(?P<x>a)b", r"\B-"),
)


@pytest.mark.parametrize("pattern", LIKE_PYTHONS)
@given(text=st.text("abcAB01. -\n", max_size=10))
def test_what_pythons_expressions_find_is_found(pattern: str, text: str) -> None:
    found, ours = re.compile(pattern, re.ASCII).search(text), Pattern(pattern.replace(r"\Z", r"\z"))
    assert ours.is_in(text) is (found is not None)
    assert ours.find(text) == (found.span() if found else None)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^a$", "a\n", False),
        (r"\pL+", "é", True),
        (r"^\p{Greek}$", "α", True),
        (r"^\P{Greek}$", "α", False),
        (r"^[[:alpha:]]+$", "Az", True),
        (r"^[[:^digit:]]$", "1", False),
        (r"^[\D]$", "1", False),
        (r"^\d$", "٣", False),
        (r"^\Qa.b\E$", "a.b", True),
        (r"^\Qa.b\E$", "axb", False),
        (r"^\x41\x{42}\103$", "ABC", True),
        (r"^(?i:a)b$", "Ab", True),
        (r"^(?i:a)b$", "AB", False),
        (r"^[]a]$", "]", True),
        (r"^[a-]$", "-", True),
        (r"^a{,2}$", "a{,2}", True),
    ],
)
def test_gos_own_syntax(pattern: str, text: str, expected: bool) -> None:
    assert Pattern(pattern).is_in(text) is expected


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"^(a|aa)+$", r"^(a*)*b", r"^(.*a){12}$", r"(x+x+)+y"])
def test_time_is_linear_whatever_the_pattern(pattern: str) -> None:
    assert Pattern(pattern).is_in("a" * 5000 + "x" * 5000 + "!") is False


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [(r"a*", "baac", [(0, 0), (1, 3), (4, 4)]), (r"\d+", "1 22 333", [(0, 1), (2, 4), (5, 8)]), (r"^a", "aa", [(0, 1)])],
    ids=["empty", "numbers", "anchored"],
)
def test_all_matches(pattern: str, text: str, expected: list[tuple[int, int]]) -> None:
    assert list(Pattern(pattern).find_all(text)) == expected


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        ("(?>a)", "invalid or unsupported Perl syntax: `(?>`"),
        (r"(a)\1", r"invalid escape sequence: `\1`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("a+*?", "invalid nested repetition operator: `+*?`"),
        ("*a", "missing argument to repetition operator: `*`"),
        ("(a", "missing closing ): `(a`"),
        ("a)", "unexpected ): `a)`"),
        ("[a", "missing closing ]: `[a`"),
        ("[z-a]", "invalid character class range: `z-a`"),
        ("a\\", "trailing backslash at end of expression: ``"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
        ("((a{100}){100}){100}", "invalid repeat count: `{100}`"),
        ("(?<n", "invalid named capture: `(?<n`"),
        (r"\p{Foo}", r"invalid character class range: `\p{Foo}`"),
        ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
        ("(" * 300 + ")" * 300, "expression nests too deeply: `" + "(" * 300 + ")" * 300 + "`"),
    ],
)
def test_what_is_no_pattern(pattern: str, why: str) -> None:
    with pytest.raises(BadPattern) as bad:
        Pattern(pattern)
    assert str(bad.value) == f"error parsing regexp: {why}"
