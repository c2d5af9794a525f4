"""Which pods a Service's port leads to, and which of them a client reaches."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.proxy.targets import Affinity, Origin, Target, choose_near, list_targets

Object = dict[str, Any]


def make_slice(*endpoints: Object, ports: list[Object] | None = None) -> Object:
    return {"ports": ports or [{"name": "", "port": 8080}], "endpoints": list(endpoints)}


def endpoint(uid: str, **conditions: bool) -> Object:
    return {"addresses": ["10.244.0.9"], "conditions": conditions, "targetRef": {"kind": "Pod", "uid": uid}}


def at(uid: str, port: int, node: str = "", zones: tuple[str, ...] = ()) -> Target:
    return Target(uid, port, node, zones, "10.244.0.9")


LEAVING = endpoint("old", ready=False, serving=True, terminating=True)


@pytest.mark.parametrize(
    ("slices", "port", "targets"),
    [
        pytest.param([make_slice(endpoint("a", ready=True))], "", [at("a", 8080)], id="ready"),
        pytest.param([make_slice(endpoint("a", ready=False))], "", [], id="not ready"),
        pytest.param([make_slice(endpoint("a"))], "", [at("a", 8080)], id="readiness unknown counts as ready"),
        pytest.param(
            [make_slice(endpoint("a")), make_slice(endpoint("b"))], "", [at("a", 8080), at("b", 8080)], id="two slices"
        ),
        pytest.param([make_slice(endpoint("a"), ports=[{"name": "web", "port": 80}])], "web", [at("a", 80)], id="port by name"),
        pytest.param([make_slice(endpoint("a"), ports=[{"name": "web", "port": 80}])], "admin", [], id="no such port"),
        pytest.param([make_slice({"addresses": ["1.2.3.4"]})], "", [Target("", 8080, address="1.2.3.4")], id="not a pod"),
        pytest.param([{**make_slice({"addresses": ["a.example"]}), "addressType": "FQDN"}], "", [], id="a name"),
        pytest.param([make_slice(LEAVING)], "", [at("old", 8080)], id="nobody but one that is leaving"),
        pytest.param([make_slice(LEAVING, endpoint("a"))], "", [at("a", 8080)], id="one that is leaving, and another"),
        pytest.param(
            [make_slice({**endpoint("a"), "nodeName": "n", "hints": {"forZones": [{"name": "east"}]}})],
            "",
            [at("a", 8080, "n", ("east",))],
            id="node and zones",
        ),
    ],
)
def test_targets(slices: list[Object], port: str, targets: list[Target]) -> None:
    assert list_targets(slices, port) == targets


EAST, WEST, ANY = Target("e", 80, "n1", ("east",)), Target("w", 80, "n2", ("west",)), Target("x", 80, "n2")


@pytest.mark.parametrize(
    ("targets", "origin", "local", "wanted"),
    [
        pytest.param([EAST, WEST], Origin(), False, [EAST, WEST], id="from outside"),
        pytest.param([EAST, WEST], Origin("n1", "east"), False, [EAST], id="the own zone's"),
        pytest.param([EAST, WEST], Origin("n3", "north"), False, [EAST, WEST], id="a zone without any"),
        pytest.param([EAST, ANY], Origin("n1", "east"), False, [EAST, ANY], id="one is without hints"),
        pytest.param([EAST, WEST], Origin("n2", "east"), True, [WEST], id="the own node's"),
        pytest.param([EAST], Origin("n2", "east"), True, [], id="none on the own node"),
        pytest.param([], Origin("n1", "east"), False, [], id="none at all"),
    ],
)
def test_near_targets(targets: list[Target], origin: Origin, local: bool, wanted: list[Target]) -> None:
    assert choose_near(targets, origin, local=local) == wanted


def test_a_client_is_known_until_its_time_is_over() -> None:
    affinity = Affinity()
    affinity.keep("10.0.0.1", EAST, until=100.0, now=0.0)
    assert affinity.find("10.0.0.1", [WEST, EAST], 99.0) == EAST
    assert affinity.find("10.0.0.1", [WEST, EAST], 100.0) is None
    assert affinity.find("10.0.0.1", [WEST], 50.0) is None
    assert affinity.find("10.0.0.2", [WEST, EAST], 50.0) is None
