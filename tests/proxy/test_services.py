"""Which pods a Service's port leads to."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.proxy.services import Target, list_targets

Object = dict[str, Any]


def make_slice(*endpoints: Object, ports: list[Object] | None = None) -> Object:
    return {"ports": ports or [{"name": "", "port": 8080}], "endpoints": list(endpoints)}


def endpoint(uid: str, **conditions: bool) -> Object:
    return {"addresses": ["10.244.0.9"], "conditions": conditions, "targetRef": {"kind": "Pod", "uid": uid}}


@pytest.mark.parametrize(
    ("slices", "port", "targets"),
    [
        pytest.param([make_slice(endpoint("a", ready=True))], "", [Target("a", 8080)], id="ready"),
        pytest.param([make_slice(endpoint("a", ready=False))], "", [], id="not ready"),
        pytest.param([make_slice(endpoint("a"))], "", [Target("a", 8080)], id="readiness unknown counts as ready"),
        pytest.param(
            [make_slice(endpoint("a")), make_slice(endpoint("b"))], "", [Target("a", 8080), Target("b", 8080)], id="two slices"
        ),
        pytest.param(
            [make_slice(endpoint("a"), ports=[{"name": "web", "port": 80}])], "web", [Target("a", 80)], id="port by name"
        ),
        pytest.param([make_slice(endpoint("a"), ports=[{"name": "web", "port": 80}])], "admin", [], id="no such port"),
        pytest.param([make_slice({"addresses": ["1.2.3.4"]})], "", [], id="not a pod"),
    ],
)
def test_targets(slices: list[Object], port: str, targets: list[Target]) -> None:
    assert list_targets(slices, port) == targets
