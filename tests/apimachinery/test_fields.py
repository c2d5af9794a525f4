"""Field selectors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.fields import (
    EVERYTHING,
    FieldRequirement,
    escape_value,
    lookup,
    parse_field_selector,
    unescape_value,
)

FIELDS = {"status.phase": "Running", "spec.nodeName": "a", "reason": "x=1,y"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("status.phase=Running", True),
        ("status.phase==Running,spec.nodeName=a", True),
        ("status.phase=Running,spec.nodeName=b", False),
        ("status.phase!=Running", False),
        ("missing=", True),
        ("missing!=", False),
        ("missing!=x", True),
        (r"reason=x\=1\,y", True),
        (",status.phase=Running,", True),
    ],
)
def test_matches(text: str, expected: bool) -> None:
    assert parse_field_selector(text).matches(FIELDS) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense", "invalid selector: 'nonsense'; can't understand 'nonsense'"),
        ("a=b,c", "invalid selector: 'a=b,c'; can't understand 'c'"),
        ("a=b=c", "invalid field selector: unescaped character in value: 61"),
        ("a=b\\x", "invalid field selector: invalid escape sequence: \\x"),
        ("a=b\\", "invalid field selector: invalid escape sequence: \\"),
    ],
)
def test_errors(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_field_selector(text)
    assert str(caught.value) == message


def test_requirements_and_canonical_text_are_sorted_by_term() -> None:
    selector = parse_field_selector(r"b==x\,y,a!=1,=")
    assert selector.requirements == (FieldRequirement("a", "!=", "1"), FieldRequirement("b", "=", "x,y"))
    assert str(selector) == r"a!=1,b=x\,y"
    assert selector.requires_exact_match("b") == "x,y"
    assert selector.requires_exact_match("a") is None


def test_nothing_asked_is_everything() -> None:
    assert parse_field_selector("") == EVERYTHING
    assert EVERYTHING.is_empty() and not parse_field_selector("a=b").is_empty()


@given(st.text(alphabet="a,=\\b", max_size=10), st.text(alphabet="a,=\\b", min_size=1, max_size=10))
def test_an_escaped_value_is_read_again(value: str, other: str) -> None:
    assert unescape_value(escape_value(value)) == value
    selector = parse_field_selector(f"f={escape_value(value)},g!={escape_value(other)}")
    assert selector.matches({"f": value})
    assert not selector.matches({"f": value, "g": other})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("spec.nodeName", "a"),
        ("spec.unschedulable", "true"),
        ("spec.hostNetwork", "false"),
        ("spec.priority", "5"),
        ("spec.containers", ""),
        ("spec", ""),
        ("spec.nodeName.deeper", ""),
        ("status.phase", ""),
        ("spec.nothing", ""),
    ],
)
def test_lookup(path: str, text: str) -> None:
    spec = {"nodeName": "a", "unschedulable": True, "hostNetwork": False, "priority": 5, "containers": [], "nothing": None}
    assert lookup({"spec": spec}, path) == text


def test_an_object_is_matched_by_its_fields() -> None:
    selector = parse_field_selector("metadata.name=web,spec.nodeName!=b")
    assert selector.matches_object({"metadata": {"name": "web"}, "spec": {}})
    assert not selector.matches_object({"metadata": {"name": "web"}, "spec": {"nodeName": "b"}})


_field = st.text(alphabet="ab.", min_size=1, max_size=4)
_value = st.text(alphabet="xy,=\\", max_size=4)
_terms = st.lists(st.tuples(_field, st.sampled_from(["=", "==", "!="]), _value), max_size=4)


@given(_terms, st.dictionaries(_field, _value, max_size=4))
def test_a_selector_matches_as_its_terms_do_one_by_one(terms: list[tuple[str, str, str]], values: dict[str, str]) -> None:
    text = ",".join(f"{field}{operator}{escape_value(value)}" for field, operator, value in terms)
    selector = parse_field_selector(text)
    expected = all((values.get(field, "") == value) == (operator != "!=") for field, operator, value in terms)
    assert selector.matches(values) == expected
    assert set(parse_field_selector(str(selector)).requirements) == set(selector.requirements)
