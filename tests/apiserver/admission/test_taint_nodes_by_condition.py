"""New nodes take no pods until they are known to be ready."""

from __future__ import annotations

from typing import Any

import pytest

from tests.apiserver.conftest import Cluster

NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
OWN = {"key": "gpu", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("spec", "taints"),
    [
        pytest.param({}, [NOT_READY], id="nothing said"),
        pytest.param({"taints": [OWN]}, [OWN, NOT_READY], id="beside its own"),
        pytest.param({"taints": [NOT_READY]}, [NOT_READY], id="not twice"),
    ],
)
def test_new_nodes(cluster: Cluster, spec: dict[str, Any], taints: list[dict[str, str]]) -> None:
    assert cluster.create("nodes", {"metadata": {"name": "one"}, "spec": spec})["spec"]["taints"] == taints
