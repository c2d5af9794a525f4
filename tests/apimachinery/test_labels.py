"""Label selectors: the grammar and errors of a real 1.33 server, and what matches."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.labels import (
    EVERYTHING,
    NOTHING,
    conflicts,
    format_label_selector,
    format_labels,
    parse_selector,
    parse_to_label_selector,
    selector_from_map,
    selector_from_object,
)

LABELS = {"env": "prod", "tier": "web", "n": "5"}
_SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_NAME_PART = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_REQUIREMENT = "unable to parse requirement: "
_LONG = "a" * 64

ERRORS = {
    "a in b": _REQUIREMENT + "found 'b' expected: '('",
    "a in (b": _REQUIREMENT + "found '', expected: ',' or ')'",
    "a in (b,": _REQUIREMENT + "found '', expected: ',', or identifier",
    "a in (": _REQUIREMENT + "found '', expected: ',', ')' or identifier",
    "a in (=)": _REQUIREMENT + "found '=', expected: ',', ')' or identifier",
    "a notin": _REQUIREMENT + "found '' expected: '('",
    "=b": "found '=', expected: !, identifier, or 'end of string'",
    "a=b=c": "found '=', expected: ',' or 'end of string'",
    "!a=b": "found '=', expected: ',' or 'end of string'",
    "a b": _REQUIREMENT + "found 'b', expected: in, notin, =, ==, !=, gt, lt",
    "a,,b": "found ',', expected: identifier after ','",
    "a,": "found '', expected: identifier after ','",
    "!": _REQUIREMENT + "found '', expected: identifier",
    "a=(": _REQUIREMENT + "found '(', expected: identifier",
    "a>b": _REQUIREMENT + "values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
    "a=b c": "found 'c', expected: ',' or 'end of string'",
    "bad_/k=1": _REQUIREMENT + f'<nil>: Invalid value: "bad_/k": prefix part {_SUBDOMAIN}',
    "k=-x": _REQUIREMENT + f'values[0][k]: Invalid value: "-x": {_VALUE}',
    "-x": _REQUIREMENT + f'<nil>: Invalid value: "-x": {_NAME_PART}',
    "a in (x,-y)": _REQUIREMENT + f'values[0][a]: Invalid value: "-y": {_VALUE}',
    f"k={_LONG}": _REQUIREMENT + f'values[0][k]: Invalid value: "{_LONG}": must be no more than 63 characters',
    "k in (-x,-y)": _REQUIREMENT
    + f'[values[0][k]: Invalid value: "-x": {_VALUE}, values[1][k]: Invalid value: "-y": {_VALUE}]',
}


@pytest.mark.parametrize(("text", "message"), ERRORS.items(), ids=map(repr, ERRORS))
def test_a_text_that_cannot_be_read_says_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_selector(text)
    assert str(caught.value) == message


CANONICAL = {
    "": "",
    "  a  =  b ": "a=b",
    "b==1,a!=2": "a!=2,b==1",
    "a in (z,y,,y)": "a in (,y,z)",
    "a in ()": "a in ()",
    "a in (,)": "a in ()",
    "a notin (in)": "a notin (in)",
    "in": "in",
    "in in (in)": "in in (in)",
    "!a,b": "!a,b",
    "a=": "a=",
    "a=,b": "a=,b",
    "a>1,b<2": "a>1,b<2",
    "example.com/a=b": "example.com/a=b",
}


@pytest.mark.parametrize(("text", "canonical"), CANONICAL.items(), ids=map(repr, CANONICAL))
def test_the_canonical_text(text: str, canonical: str) -> None:
    assert str(parse_selector(text)) == canonical


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("env=prod", True),
        ("env==prod,tier=web", True),
        ("env=prod,tier=db", False),
        ("env!=debug", True),
        ("missing!=x", True),
        ("missing=", False),
        ("env in (debug,prod)", True),
        ("env notin (debug,prod)", False),
        ("missing in (a)", False),
        ("missing notin (a)", True),
        ("env", True),
        ("missing", False),
        ("!missing", True),
        ("!env", False),
        ("n>4", True),
        ("n>5", False),
        ("n<6", True),
        ("env>1", False),
        ("missing<1", False),
    ],
)
def test_matches(text: str, expected: bool) -> None:
    assert parse_selector(text).matches(LABELS) is expected


def test_no_labels_may_be_none() -> None:
    assert parse_selector("!a").matches(None)
    assert not parse_selector("a").matches(None)


OBJECTS: list[tuple[dict[str, Any] | None, str, bool]] = [
    (None, "<none>", False),
    ({}, "<none>", True),
    ({"matchLabels": {"tier": "web", "env": "prod"}}, "env=prod,tier=web", True),
    ({"matchExpressions": [{"key": "env", "operator": "In", "values": ["x", "prod"]}]}, "env in (prod,x)", True),
    ({"matchExpressions": [{"key": "env", "operator": "NotIn", "values": ["prod"]}]}, "env notin (prod)", False),
    ({"matchExpressions": [{"key": "env", "operator": "DoesNotExist"}], "matchLabels": {"a": "b"}}, "a=b,!env", False),
    ({"matchExpressions": [{"key": "env", "operator": "Exists"}], "matchLabels": None}, "env", True),
]


@pytest.mark.parametrize(("selector", "text", "matches"), OBJECTS, ids=[str(o[0]) for o in OBJECTS])
def test_selector_objects(selector: dict[str, Any] | None, text: str, matches: bool) -> None:
    assert format_label_selector(selector) == text
    assert selector_from_object(selector).matches(LABELS) is matches


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ({"key": "a", "operator": "Near"}, '"Near" is not a valid label selector operator'),
        (
            {"key": "a", "operator": "In"},
            "values: Invalid value: []string(nil): for 'in', 'notin' operators, values set can't be empty",
        ),
        (
            {"key": "a", "operator": "Exists", "values": ["b"]},
            'values: Invalid value: []string{"b"}: values set must be empty for exists and does not exist',
        ),
        ({"key": "-", "operator": "Exists"}, f'key: Invalid value: "-": {_NAME_PART}'),
    ],
)
def test_bad_selector_objects(expression: dict[str, Any], message: str) -> None:
    selector = {"matchExpressions": [expression]}
    with pytest.raises(ValueError) as caught:
        selector_from_object(selector)
    assert str(caught.value) == message
    assert format_label_selector(selector) == "<error>"


@pytest.mark.parametrize(
    ("text", "selector"),
    [
        ("", {}),
        ("a=b,c==", {"matchLabels": {"a": "b", "c": ""}}),
        ("a=b,a=c", {"matchLabels": {"a": "c"}}),
        (
            "a in (y,x),!b,c",
            {
                "matchExpressions": [
                    {"key": "a", "operator": "In", "values": ["x", "y"]},
                    {"key": "b", "operator": "DoesNotExist"},
                    {"key": "c", "operator": "Exists"},
                ]
            },
        ),
    ],
)
def test_texts_become_selector_objects(text: str, selector: dict[str, Any]) -> None:
    assert parse_to_label_selector(text) == selector


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a in b", "couldn't parse the selector string \"a in b\": unable to parse requirement: found 'b' expected: '('"),
        ("a!=b", '"!=" is not a valid label selector operator'),
        ("a>1", '"gt" isn\'t supported in label selectors'),
    ],
)
def test_texts_that_are_no_selector_objects(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_to_label_selector(text)
    assert str(caught.value) == message


def test_maps_are_selectors() -> None:
    assert str(selector_from_map({"b": "2", "a": "1"})) == "a=1,b=2"
    assert selector_from_map(None) == EVERYTHING
    assert selector_from_map(LABELS).matches(LABELS)
    assert not selector_from_map(LABELS).matches({"env": "prod"})


def test_everything_and_nothing() -> None:
    assert EVERYTHING.is_empty() and EVERYTHING.matches({})
    assert not NOTHING.is_empty() and not NOTHING.matches({})
    assert EVERYTHING != NOTHING and EVERYTHING != ""
    assert len({EVERYTHING, NOTHING, parse_selector("")}) == 2


@pytest.mark.parametrize(
    ("text", "value"), [("a=b", "b"), ("a in (b)", "b"), ("a in (b,c)", None), ("a!=b", None), ("c=b", None)]
)
def test_the_one_value_a_label_must_have(text: str, value: str | None) -> None:
    assert parse_selector(text).requires_exact_match("a") == value


def test_labels_are_shown_by_key() -> None:
    assert format_labels({"b": "2", "a": "1"}) == "a=1,b=2"
    assert format_labels(None) == "<none>"


def test_labels_conflict_when_a_shared_key_differs() -> None:
    assert conflicts({"a": "1"}, {"a": "2", "b": "1"})
    assert not conflicts({"a": "1", "c": "3"}, {"a": "1", "b": "2"})


_word = st.text(alphabet="abc-_.9", min_size=0, max_size=4).map(lambda middle: f"x{middle}y")
_requirement = st.one_of(
    _word,
    _word.map("!{}".format),
    st.tuples(_word, st.sampled_from(["=", "==", "!="]), _word).map("".join),
    st.tuples(_word, st.sampled_from(["<", ">"]), st.integers(0, 99).map(str)).map("".join),
    st.tuples(_word, st.sampled_from(["in", "notin"]), st.lists(_word, min_size=1, max_size=3)).map(
        lambda parts: f"{parts[0]} {parts[1]} ({','.join(parts[2])})"
    ),
)


@given(st.lists(_requirement, max_size=4).map(",".join), st.dictionaries(_word, _word, max_size=4))
def test_the_canonical_text_selects_the_same(text: str, labels: dict[str, str]) -> None:
    selector = parse_selector(text)
    again = parse_selector(str(selector))
    assert str(again) == str(selector)
    assert again.matches(labels) == selector.matches(labels)


@given(_word, _word, st.dictionaries(_word, _word, max_size=4))
def test_an_operator_and_its_opposite_never_agree(key: str, value: str, labels: dict[str, str]) -> None:
    for positive, negative in (
        (f"{key}={value}", f"{key}!={value}"),
        (key, f"!{key}"),
        (f"{key} in ({value})", f"{key} notin ({value})"),
    ):
        assert parse_selector(positive).matches(labels) is not parse_selector(negative).matches(labels)


@given(st.text(alphabet="ab=!,()<> -in", max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_selector(text)
    except ValueError as error:
        assert "found '" in str(error) or "Invalid value" in str(error)


_values = st.lists(_word, min_size=1, max_size=3, unique=True)
_terms = st.one_of(
    st.tuples(_word, st.sampled_from(["", "!"]), st.just([""])),
    st.tuples(_word, st.sampled_from(["=", "==", "!="]), _word.map(lambda value: [value])),
    st.tuples(_word, st.sampled_from(["in", "notin"]), _values),
    st.tuples(_word, st.sampled_from([">", "<"]), st.integers(0, 20).map(lambda number: [str(number)])),
)


def write_term(key: str, operator: str, values: list[str]) -> str:
    if operator in ("", "!"):
        return operator + key
    return f"{key} {operator} ({','.join(values)})" if operator in ("in", "notin") else f"{key}{operator}{values[0]}"


def meets(labels: dict[str, str], key: str, operator: str, values: list[str]) -> bool:
    """Tell whether labels meet a term, as the documentation of labels has it."""
    held = labels.get(key)
    if operator in ("", "!"):
        return (held is not None) == (operator == "")
    if operator in (">", "<"):
        if held is None or not held.isdecimal():
            return False
        return int(held) > int(values[0]) if operator == ">" else int(held) < int(values[0])
    return (held in values) == (operator in ("=", "==", "in"))


@given(
    st.lists(_terms, max_size=4),
    st.dictionaries(_word, st.one_of(_word, st.integers(0, 20).map(str)), max_size=4),
)
def test_a_selector_matches_as_its_terms_do_one_by_one(terms: list[tuple[str, str, list[str]]], labels: dict[str, str]) -> None:
    text = ",".join(write_term(*term) for term in terms)
    assert parse_selector(text).matches(labels) == all(meets(labels, *term) for term in terms)
