"""Nodes that have a pod's images are a little better."""

from __future__ import annotations

import pytest

from minikube_py.scheduler.plugins import image_locality as plugin
from tests.scheduler.pods import make_node, make_pod

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
    having, lacking = make_node("a"), make_node("b")
    having.node["status"] = {"images": [{"names": ["nginx:latest"], "sizeBytes": size}]}
    pod = make_pod("new")
    pod["spec"]["containers"][0]["image"] = image
    state = plugin.pre_score(pod, [having, lacking], [having, lacking], None)
    assert state is not None
    assert [plugin.score(pod, node, state) for node in (having, lacking)] == [score, 0]


def test_images_that_no_node_has_are_not_scored() -> None:
    pod = make_pod("new")
    pod["spec"]["containers"][0]["image"] = "nginx"
    assert plugin.pre_score(pod, [make_node("a")], [make_node("a")], None) is None
