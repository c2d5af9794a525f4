"""The rows of flow schemas and priority levels."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.flowcontrol import flowschema, prioritylevel
from tests.apis.manifests import TWO_MINUTES_AGO, show_row

Object = dict[str, Any]
METADATA = {"name": "x", "creationTimestamp": TWO_MINUTES_AGO}
QUEUES = {"queues": 64, "handSize": 8, "queueLengthLimit": 50}


def make_level(limited: Object | None) -> Object:
    kind: Object = {"type": "Exempt"} if limited is None else {"type": "Limited", "limited": limited}
    return {"metadata": METADATA, "spec": kind}


@pytest.mark.parametrize(
    ("level", "cells"),
    [
        pytest.param(make_level(None), ["Exempt", *["<none>"] * 4], id="exempt"),
        pytest.param(
            make_level({"nominalConcurrencyShares": 5, "limitResponse": {"type": "Reject"}}),
            ["Limited", 5, *["<none>"] * 3],
            id="no queues",
        ),
        pytest.param(
            make_level({"nominalConcurrencyShares": 30, "limitResponse": {"type": "Queue", "queuing": QUEUES}}),
            ["Limited", 30, 64, 8, 50],
            id="queues",
        ),
    ],
)
def test_level(level: Object, cells: list[Any]) -> None:
    assert show_row(prioritylevel.KIND, level) == ["x", *cells, "2m"]


@pytest.mark.parametrize(
    ("method", "conditions", "cells"),
    [
        pytest.param(None, [], ["<none>", "2m", "?"], id="fresh"),
        pytest.param("ByUser", [{"type": "Dangling", "status": "False"}], ["ByUser", "2m", "False"], id="by user"),
        pytest.param("ByNamespace", [{"type": "Dangling", "status": "True"}], ["ByNamespace", "2m", "True"], id="dangling"),
        pytest.param(None, [{"type": "Other", "status": "True"}], ["<none>", "2m", "?"], id="another condition"),
    ],
)
def test_schema(method: str | None, conditions: list[Object], cells: list[str]) -> None:
    spec: Object = {"priorityLevelConfiguration": {"name": "level"}, "matchingPrecedence": 100}
    if method:
        spec["distinguisherMethod"] = {"type": method}
    schema = {"metadata": METADATA, "spec": spec, "status": {"conditions": conditions}}
    assert show_row(flowschema.KIND, schema) == ["x", "level", 100, *cells]
