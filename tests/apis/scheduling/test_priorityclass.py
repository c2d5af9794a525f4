"""PriorityClasses."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.scheduling.priorityclass import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, show_row

Object = dict[str, Any]
RESERVED = "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: "


def make_class(name: str = "calm", value: int = 1, **fields: Any) -> Object:
    return {"metadata": {"name": name, "creationTimestamp": TWO_MINUTES_AGO}, "value": value, **fields}


def test_rows() -> None:
    assert show_row(KIND, create(KIND, make_class())) == ["calm", 1, False, "2m", "PreemptLowerPriority"]
    assert show_row(KIND, create(KIND, make_class(globalDefault=True, preemptionPolicy="Never")))[2:] == [True, "2m", "Never"]


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        (make_class(value=1_000_000_000), []),
        (make_class(value=1_000_000_001), ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"]),
        (make_class("system-node-critical", 2_000_001_000), []),
        (make_class("system-mine"), [RESERVED + "system-mine is not a known system priority class"]),
        (make_class("system-node-critical", 1), [RESERVED + "value of system-node-critical PriorityClass must be 2000001000"]),
        (
            make_class("system-node-critical", 2_000_001_000, globalDefault=True),
            [RESERVED + "globalDefault of system-node-critical PriorityClass must be false"],
        ),
        (
            make_class(preemptionPolicy="Maybe"),
            ['preemptionPolicy: Unsupported value: "Maybe": supported values: "PreemptLowerPriority", "Never"'],
        ),
    ],
)
def test_errors(given: Object, errors: list[str]) -> None:
    assert list_errors(KIND, given) == errors


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"description": "x"}, []),
        ({"value": 5}, ["value: Forbidden: may not be changed in an update."]),
        ({"preemptionPolicy": "Never"}, ['preemptionPolicy: Invalid value: "Never": field is immutable']),
    ],
)
def test_what_may_change(change: Object, errors: list[str]) -> None:
    old = create(KIND, make_class())
    assert list_update_errors(KIND, {**old, **change}, old) == errors
