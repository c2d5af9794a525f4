"""Endpoints made by hand are mirrored to slices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import ENDPOINT_SLICES, ENDPOINTS, SERVICES
from tests.controller.harness import Cluster

Object = dict[str, Any]
SUBSET = {"addresses": [{"ip": "203.0.113.7"}], "notReadyAddresses": [{"ip": "203.0.113.8"}], "ports": [{"port": 9376}]}


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    return make_cluster("endpoints", "endpointslice", "endpointslice_mirroring")


def test_hand_made_endpoints_are_mirrored_until_the_service_goes(cluster: Cluster) -> None:
    cluster.create(ENDPOINTS, "outside", {"subsets": [SUBSET]}, labels={"team": "red"})
    cluster.run()
    assert cluster.list(ENDPOINT_SLICES) == []
    cluster.create(SERVICES, "outside", {"spec": {"ports": [{"port": 80, "targetPort": 9376}]}})
    cluster.run()
    (found,) = cluster.list(ENDPOINT_SLICES)
    assert found["metadata"]["labels"] == {
        "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
        "kubernetes.io/service-name": "outside",
        "team": "red",
    }
    assert [(e["addresses"], e["conditions"]) for e in found["endpoints"]] == [
        (["203.0.113.7"], {"ready": True}),
        (["203.0.113.8"], {"ready": False}),
    ]
    assert found["ports"][0]["port"] == 9376
    cluster.patch(ENDPOINTS, "outside", {"subsets": [{"addresses": [{"ip": "203.0.113.9"}], "ports": [{"port": 9376}]}]})
    cluster.run()
    (again,) = cluster.list(ENDPOINT_SLICES)
    assert (again["metadata"]["name"], again["endpoints"][0]["addresses"]) == (found["metadata"]["name"], ["203.0.113.9"])
    cluster.delete(SERVICES, "outside")
    cluster.run()
    assert cluster.list(ENDPOINT_SLICES) == []
    assert not cluster.exists(ENDPOINTS, "outside")


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param({"labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}}, id="told to skip"),
        pytest.param({"annotations": {"control-plane.alpha.kubernetes.io/leader": "{}"}}, id="a lock"),
    ],
)
def test_some_are_not_mirrored(cluster: Cluster, metadata: Object) -> None:
    spec = {"ports": [{"port": 80}]}
    cluster.create(SERVICES, "outside", {"spec": spec})
    cluster.create(ENDPOINTS, "outside", {"subsets": [SUBSET]}, **metadata)
    cluster.run()
    assert cluster.list(ENDPOINT_SLICES) == []


def test_endpoints_of_a_selector_are_not_mirrored(cluster: Cluster) -> None:
    cluster.create(SERVICES, "web", {"spec": {"selector": {"a": "b"}, "ports": [{"port": 80}]}})
    cluster.run()
    managers = [s["metadata"]["labels"]["endpointslice.kubernetes.io/managed-by"] for s in cluster.list(ENDPOINT_SLICES)]
    assert managers == ["endpointslice-controller.k8s.io"]
