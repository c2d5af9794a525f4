"""Controller revisions."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.apps.controllerrevision import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, show_row

Object = dict[str, Any]
OWNER = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "u2", "controller": True}


def make(data: Any = None, **fields: Any) -> Object:
    metadata = {"name": "rev", "namespace": "default", "uid": "u1", "creationTimestamp": TWO_MINUTES_AGO}
    return {"metadata": metadata, "data": data, **fields}


@pytest.mark.parametrize(
    ("owners", "shown"), [pytest.param([], "<none>", id="nobody's"), pytest.param([OWNER], "statefulset.apps/db", id="owned")]
)
def test_row(owners: list[Object], shown: str) -> None:
    revision = make({"a": "b"}, revision=7)
    revision["metadata"]["ownerReferences"] = owners
    assert show_row(KIND, revision) == ["rev", shown, 7, "2m"]


def test_the_number_always_stands() -> None:
    assert create(KIND, make({"a": "b"}))["revision"] == 0


def test_errors() -> None:
    assert list_errors(KIND, make(revision=-1)) == [
        "data: Required value: data is mandatory",
        "revision: Invalid value: -1: must be greater than or equal to 0",
    ]


def test_the_data_stays() -> None:
    assert list_update_errors(KIND, make({"a": 1}, revision=2), make({"a": 1}, revision=1)) == []
    assert list_update_errors(KIND, make({}), make({"a": 1})) == [
        'data: Invalid value: runtime.Unknown{TypeMeta:runtime.TypeMeta{APIVersion:"", Kind:""}, Raw:[]uint8{0x7b, 0x7d}, '
        'ContentEncoding:"", ContentType:"application/json"}: field is immutable'
    ]
