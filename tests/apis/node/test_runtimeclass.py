"""Runtime classes."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.node.runtimeclass import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, show_row

Object = dict[str, Any]
TOLERATION = {"key": "a", "operator": "Exists", "effect": "NoExecute"}


def make(**fields: Any) -> Object:
    return {"metadata": {"name": "gvisor", "creationTimestamp": TWO_MINUTES_AGO}, "handler": "runsc", **fields}


def test_row() -> None:
    assert show_row(KIND, make()) == ["gvisor", "runsc", "2m"]


@pytest.mark.parametrize(
    ("obj", "beginnings"),
    [
        (make(overhead={"podFixed": {"cpu": "10m"}}), []),
        (make(handler="Run_sc"), ['handler: Invalid value: "Run_sc": a lowercase RFC 1123 label']),
        (make(overhead={"podFixed": {"gold": "1"}}), ["overhead.limits[gold]: Invalid value: gold"] * 2),
        (
            make(scheduling={"tolerations": [TOLERATION, {**TOLERATION, "tolerationSeconds": 5}]}),
            [
                'scheduling.tolerations[1]: Duplicate value: core.Toleration{Key:"a", Operator:"Exists", Value:"", Effect:"NoExecute"'
            ],
        ),
        (make(scheduling={"nodeSelector": {"a": "b c"}}), ['scheduling.nodeSelector: Invalid value: "b c"']),
    ],
)
def test_validation(obj: Object, beginnings: list[str]) -> None:
    errors = list_errors(KIND, obj)
    assert len(errors) == len(beginnings)
    assert all(error.startswith(beginning) for error, beginning in zip(errors, beginnings, strict=True)), errors


def test_the_handler_stays() -> None:
    assert list_update_errors(KIND, make(handler="other"), create(KIND, make())) == [
        'handler: Invalid value: "other": field is immutable'
    ]
