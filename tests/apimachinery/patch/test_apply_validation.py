"""What server-side apply says of values that their schema does not allow."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.patch.apply_validation import find_problems, name_object
from minikube_py.apimachinery.schema import Schema

from .objects import CONFIG_MAP, POD, SERVICE, pod

OPEN = Schema({"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {"a": {"type": "string"}}})


def container(**fields: Any) -> dict[str, Any]:
    return pod({"name": "c", **fields})


@pytest.mark.parametrize(
    ("schema", "value", "problems"),
    [
        pytest.param(POD, container(image="x", command=["a"]), [], id="nothing-wrong"),
        pytest.param(POD, container(image=None, ports=None), [], id="null-is-of-every-type"),
        pytest.param(POD, container(resources={"limits": {"cpu": 1, "memory": "1Gi"}}), [], id="quantities-may-be-numbers"),
        pytest.param(
            CONFIG_MAP,
            {"data": {"a": 1}},
            [".data.a: expected string, got &value.valueUnstructured{Value:1}"],
            id="number-for-text",
        ),
        pytest.param(
            CONFIG_MAP,
            {"data": {"a": {"b": ["c"]}}},
            ['.data.a: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"b":[]interface {}{"c"}}}'],
            id="map-for-text",
        ),
        pytest.param(CONFIG_MAP, {"data": ["x"]}, [".data: expected map, got &{[x]}"], id="list-for-map"),
        pytest.param(CONFIG_MAP, {"immutable": "yes"}, [".immutable: expected boolean, got &{yes}"], id="text-for-bool"),
        pytest.param(
            POD,
            {"spec": {"containers": {"image": "x"}}},
            [".spec.containers: expected list, got &{map[image:x]}"],
            id="map-for-list",
        ),
        pytest.param(
            POD,
            container(ports=[{"containerPort": "80"}]),
            [
                '.spec.containers[name="c"].ports[containerPort="80",protocol="TCP"].containerPort: '
                "expected numeric (int or float), got string"
            ],
            id="text-for-number",
        ),
        pytest.param(
            POD,
            container(args=["a", 2]),
            ['.spec.containers[name="c"].args[1]: expected string, got &value.valueUnstructured{Value:2}'],
            id="items-of-atomic-lists-by-index",
        ),
        pytest.param(
            POD,
            container(resources={"limits": {"cpu": [1]}}),
            ['.spec.containers[name="c"].resources.limits.cpu: expected any scalar, got &{[1]}'],
            id="list-for-quantity",
        ),
        pytest.param(
            POD,
            pod({"image": "x"}, {"bogus": 1}),
            [
                ".spec.containers: element 0: associative list with keys has an element that omits all key fields "
                '["name"] (and doesn\'t have default values for any key fields)'
            ],
            id="an-item-without-key-ends-the-list",
        ),
        pytest.param(
            POD,
            {"spec": {"containers": [None]}},
            [".spec.containers: element 0: associative list with keys may not have a null element"],
            id="null-item",
        ),
        pytest.param(
            POD,
            {"metadata": {"finalizers": ["a/b", "a/b"]}},
            ['.metadata.finalizers: duplicate entries for key [="a/b"]'],
            id="twice-in-a-set",
        ),
        pytest.param(
            POD,
            {"metadata": {"finalizers": [{}]}},
            [".metadata.finalizers: element 0: associative list without keys has an element that's a map type"],
            id="map-in-a-set",
        ),
        pytest.param(SERVICE, {"spec": {"porst": []}}, [".spec.porst: field not declared in schema"], id="unknown-field"),
        pytest.param(OPEN, {"a": 1, "b": 2}, [".a: expected string, got &value.valueUnstructured{Value:1}"], id="open-object"),
    ],
)
def test_problems(schema: Schema, value: dict[str, Any], problems: list[str]) -> None:
    assert list(find_problems(schema, value, "")) == problems


@pytest.mark.parametrize(
    ("obj", "name"),
    [
        ({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "b"}}, "b/a; /v1, Kind=Pod"),
        ({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}}, "/a; apps/v1, Kind=Deployment"),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": 1}, "/; /v1, Kind=Pod"),
    ],
    ids=["core", "group", "no-metadata"],
)
def test_what_errors_call_an_object(obj: dict[str, Any], name: str) -> None:
    assert name_object(obj) == name
