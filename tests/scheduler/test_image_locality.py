"""Nodes that have a pod's images are a little better."""

from __future__ import annotations

import pytest

from minikube_py.scheduler.node_info import NodeInfo
from minikube_py.scheduler.plugins import image_locality as plugin
from tests.scheduler.pods import look, make_node, make_pod

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("size", "image", "score"),
    [
        pytest.param(500 * MIB, "nginx", 23, id="half of the nodes have it"),
        pytest.param(500 * MIB, "nginx:latest", 23, id="with its tag"),
        pytest.param(20 * MIB, "nginx", 0, id="too small to count"),
        pytest.param(5000 * MIB, "nginx", 100, id="not more than a hundred"),
    ],
)
def test_score(size: int, image: str, score: int) -> None:
    images = {"images": [{"names": ["nginx:latest"], "sizeBytes": size}]}
    having, lacking = NodeInfo({**make_node("a").node, "status": images}), make_node("b")
    pod = make_pod("new")
    pod["spec"]["containers"][0]["image"] = image
    nodes = [having, lacking]
    assert plugin.score_all(pod, nodes, look(plugin, pod, nodes)) == [score, 0]


def test_images_that_no_node_has_are_not_scored() -> None:
    pod = make_pod("new")
    pod["spec"]["containers"][0]["image"] = "nginx"
    assert look(plugin, pod, [make_node("a")]) is None
