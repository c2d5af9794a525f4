"""What pods ask for in all."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.pod_resources import effective_limits, effective_requests

Object = dict[str, Any]


def asks(cpu: str, **more: Any) -> Object:
    return {"resources": {"requests": {"cpu": cpu}, "limits": {"cpu": cpu}}, **more}


def sidecar(cpu: str) -> Object:
    return asks(cpu, restartPolicy="Always")


CASES = {
    "sum of containers": ({"containers": [asks("100m"), asks("200m")]}, "300m"),
    "a large init container": ({"containers": [asks("100m")], "initContainers": [asks("1"), asks("2")]}, "2"),
    "a small init container": ({"containers": [asks("3")], "initContainers": [asks("2")]}, "3"),
    "a sidecar runs beside": ({"containers": [asks("1")], "initContainers": [sidecar("500m")]}, "1500m"),
    "an init container beside a sidecar": ({"containers": [asks("1")], "initContainers": [sidecar("1"), asks("2")]}, "3"),
    "an init container before a sidecar": ({"containers": [asks("1")], "initContainers": [asks("2"), sidecar("1")]}, "2"),
    "overhead": ({"containers": [asks("1")], "overhead": {"cpu": "250m"}}, "1250m"),
}


@pytest.mark.parametrize(("spec", "total"), CASES.values(), ids=CASES.keys())
def test_requests_are_the_most_that_is_asked_at_a_time(spec: Object, total: str) -> None:
    assert str(effective_requests(spec)["cpu"]) == total


def test_overhead_limits_only_what_is_limited() -> None:
    limits = effective_limits({"containers": [asks("1")], "overhead": {"cpu": "250m", "memory": "1Mi"}})
    assert {name: str(amount) for name, amount in limits.items()} == {"cpu": "1250m"}
