"""Values against schemas: what is wrong with them, in the words of kube-openapi."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.apiextensions import pruning
from minikube_py.apis.apiextensions.openapi_values import check_set_or_map, validate_value
from minikube_py.apis.apiextensions.string_formats import check_format

EITHER = {"x-kubernetes-int-or-string": True}


def of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("schema", "value", "text"),
    [
        (of(n={"type": "integer"}), {"n": "x"}, 'n: Invalid value: "string": n in body must be of type integer: "string"'),
        (of(n=EITHER), {"n": True}, 'n: Invalid value: "boolean": n in body must be of type integer,string: "boolean"'),
        (of(n={"type": "string"}), {"n": None}, 'n: Invalid value: "null": n in body must be of type string: "null"'),
        (of(n={"maximum": 10}), {"n": 15}, "n: Invalid value: 15: n in body should be less than or equal to 10"),
        (of(n={"minimum": 1, "exclusiveMinimum": True}), {"n": 1}, "n: Invalid value: 1: n in body should be greater than 1"),
        (of(n={"multipleOf": 5}), {"n": 7}, "n: Invalid value: 7: n in body should be a multiple of 5"),
        (of(s={"pattern": "^a$"}), {"s": "b"}, "s: Invalid value: \"b\": s in body should match '^a$'"),
        (of(s={"maxLength": 1}), {"s": "ab"}, "s: Too long: may not be more than 1 bytes"),
        (of(s={"minLength": 2}), {"s": "a"}, 's: Invalid value: "a": s in body should be at least 2 chars long'),
        (of(s={"enum": ["a", "b"]}), {"s": "c"}, 's: Unsupported value: "c": supported values: "a", "b"'),
        (
            of(s={"type": "string", "format": "ipv4"}),
            {"s": "x"},
            's: Invalid value: "x": s in body must be of type ipv4: "x"',
        ),
        (of(li={"maxItems": 1}), {"li": [1, 2]}, "li: Too many: 2: must have at most 1 items"),
        (of(li={"minItems": 1}), {"li": []}, "li: Invalid value: 0: li in body should have at least 1 items"),
        (
            of(li={"items": {"type": "string"}}),
            {"li": ["a", 1]},
            'li[1]: Invalid value: "integer": li[1] in body must be of type string: "integer"',
        ),
        (of(o={"required": ["x"]}), {"o": {}}, "o.x: Required value"),
        (
            of(o={"additionalProperties": {"type": "string"}}),
            {"o": {"k": 1}},
            'o.k: Invalid value: "integer": o.k in body must be of type string: "integer"',
        ),
    ],
)
def test_one_thing_wrong(schema: dict[str, Any], value: Any, text: str) -> None:
    assert [str(error) for error in validate_value(schema, value)] == [text]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (of(n={"type": "integer"}), {"n": 3.0}),
        (of(n={"type": "number"}), {"n": 3}),
        (of(n={"type": "string", "nullable": True}), {"n": None}),
        (of(n=EITHER), {"n": "50%"}),
        (of(n={"anyOf": [{"minimum": 5}, {"maximum": 1}]}), {"n": 0}),
        ({}, {"anything": [1]}),
    ],
)
def test_nothing_wrong(schema: dict[str, Any], value: Any) -> None:
    assert validate_value(schema, value) == []


def test_one_of_several_schemas_has_to_fit() -> None:
    errors = validate_value(of(n={"oneOf": [{"minimum": 1}, {"maximum": 5}]}), {"n": 3})
    assert [str(error) for error in errors] == [
        '<nil>: Invalid value: "": "n" must validate one and only one schema (oneOf). Found 2 valid alternatives'
    ]


def test_what_did_not_change_is_not_judged_again() -> None:
    schema = of(a={"maximum": 1}, b={"maximum": 1})
    assert [error.field for error in validate_value(schema, {"a": 5, "b": 6}, old={"a": 5, "b": 5})] == ["b"]


@pytest.mark.parametrize(
    ("schema", "value", "texts"),
    [
        ({"x-kubernetes-list-type": "set"}, ["a", "b", "a", "a"], ['li[2]: Duplicate value: "a"']),
        (
            {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]},
            [{"k": "x", "v": 1}, {"k": "x"}],
            ['li[1]: Duplicate value: map[string]interface {}{"k":"x"}'],
        ),
        ({}, ["a", "a"], []),
    ],
    ids=["set", "map", "atomic"],
)
def test_duplicates(schema: dict[str, Any], value: list[Any], texts: list[str]) -> None:
    assert [str(error) for error in check_set_or_map(of(li=schema), {"li": value})] == texts


def test_pruning_tells_what_went() -> None:
    schema = of(
        spec=of(a={"type": "string"}, free={"type": "object", "x-kubernetes-preserve-unknown-fields": True}),
        li={"type": "array", "items": of(x={"type": "integer"})},
        m={"type": "object", "additionalProperties": of(y={"type": "integer"})},
    )
    value = {
        "metadata": {"name": "n"},
        "spec": {"a": "1", "b": 2, "free": {"x": {"y": 1}}},
        "li": [{"x": 1, "z": 2}],
        "m": {"k": {"y": 1, "q": 2}},
    }
    assert pruning.prune(value, schema) == ["li[0].z", "m.k.q", "spec.b"]
    assert value == {
        "metadata": {"name": "n"},
        "spec": {"a": "1", "free": {"x": {"y": 1}}},
        "li": [{"x": 1}],
        "m": {"k": {"y": 1}},
    }


def test_defaults_come_where_nothing_is_and_nulls_go() -> None:
    schema = of(
        a={"type": "integer", "default": 1},
        b={"type": "integer", "default": 2, "nullable": True},
        c={"type": "integer"},
        o={**of(x={"default": "y"}), "default": {}},
    )
    value: dict[str, Any] = {"a": None, "b": None, "c": None}
    pruning.drop_nulls(value, schema)
    pruning.set_defaults(value, schema)
    assert value == {"a": 1, "b": None, "o": {"x": "y"}}


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("ipv6", "::1", "1.2.3.4"),
        ("cidr", "10.0.0.0/8", "10.0.0.0"),
        ("date", "2026-11-21", "2026-13-01"),
        ("date-time", "2026-11-21T08:00:00Z", "2026-11-21"),
        ("duration", "1h30m", "soon"),
        ("uuid", "8aed05e8-be2b-4490-a4a6-a72d1c36e7d4", "8aed"),
        ("email", "a@b.c", "a"),
        ("hostname", "a.b-c", "-a"),
        ("byte", "YQ==", "a"),
        ("isbn", "978-0321751041", "978-0321751042"),
    ],
)
def test_formats(name: str, good: str, bad: str) -> None:
    assert check_format(name, good)
    assert not check_format(name, bad)
    assert check_format("unheard-of", bad)
