"""How long kubelets may keep what they read, by the number of nodes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minikube_py.client.resources import NODES
from minikube_py.controller.ttl import STEPS, find_step
from tests.controller.harness import Cluster


@pytest.mark.parametrize(
    ("nodes", "before", "seconds"),
    [
        pytest.param(3, 0, 0, id="few"),
        pytest.param(101, 0, 15, id="more than a hundred"),
        pytest.param(95, 1, 15, id="not back at once"),
        pytest.param(89, 1, 0, id="back"),
        pytest.param(5000, 0, 300, id="all at once"),
    ],
)
def test_steps(nodes: int, before: int, seconds: int) -> None:
    assert STEPS[find_step(nodes, before)].seconds == seconds


def test_nodes_are_annotated(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster("ttl")
    cluster.create(NODES, "one", {})
    cluster.run()
    assert cluster.get(NODES, "one")["metadata"]["annotations"] == {"node.alpha.kubernetes.io/ttl": "0"}
