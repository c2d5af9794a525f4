"""Fields in the order in which Kubernetes writes them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minikube_py.apis.go_order import order_object

Object = dict[str, Any]


@pytest.mark.parametrize(
    ("obj", "text"),
    [
        (
            {
                "type": "Opaque",
                "data": {"b": "", "a": ""},
                "metadata": {"uid": "u", "name": "n"},
                "apiVersion": "v1",
                "kind": "Secret",
            },
            '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"n","uid":"u"},"data":{"a":"","b":""},"type":"Opaque"}',
        ),
        (
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "spec": {
                    "restartPolicy": "Always",
                    "containers": [{"image": "i", "name": "c"}],
                    "volumes": [{"emptyDir": {}, "name": "v"}],
                },
            },
            '{"kind":"Pod","apiVersion":"v1","spec":{"volumes":[{"name":"v","emptyDir":{}}],'
            '"containers":[{"name":"c","image":"i"}],"restartPolicy":"Always"}}',
        ),
        (
            {"items": [{"data": {}, "metadata": {}}], "kind": "ConfigMapList", "metadata": {}, "apiVersion": "v1"},
            '{"kind":"ConfigMapList","apiVersion":"v1","metadata":{},"items":[{"metadata":{},"data":{}}]}',
        ),
        (
            {"spec": {"b": 1, "a": 2}, "apiVersion": "example.com/v1", "kind": "Own"},
            '{"kind":"Own","apiVersion":"example.com/v1","spec":{"b":1,"a":2}}',
        ),
        (
            {
                "metadata": {"managedFields": [{"fieldsV1": {"f:b": {}, "f:a": {}}, "manager": "m"}]},
                "kind": "ConfigMap",
                "apiVersion": "v1",
            },
            '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"managedFields":[{"manager":"m","fieldsV1":{"f:b":{},"f:a":{}}}]}}',
        ),
    ],
    ids=["maps sorted", "structs by declaration", "lists", "unknown kinds as they are", "raw parts as they are"],
)
def test_order(obj: Object, text: str) -> None:
    assert json.dumps(order_object(obj), separators=(",", ":")) == text
