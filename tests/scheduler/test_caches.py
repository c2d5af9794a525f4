"""What the scheduler keeps of nodes never makes it decide otherwise than if it looked at everything anew."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikube_py.scheduler.attempt import count_enough
from minikube_py.scheduler.diagnosis import Refusals
from minikube_py.scheduler.node_info import NodeInfo
from tests.scheduler.pods import make_pod
from tests.scheduler.worlds import HOST, ZONE, World


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_it_decides_as_if_it_looked_at_everything_anew(seed: int) -> None:
    rng = random.Random(seed)
    world = World(rng)
    for _ in range(30):
        for _ in range(rng.randint(1, 4)):
            world.change()
        pod = world.new_pod()
        attempt = world.begin(pod)
        refused = Refusals(len(attempt.nodes))
        fitting = [node.name for node in attempt.find_fitting(refused)]
        reasons = {n["metadata"]["name"]: world.ask_all(pod, n["metadata"]["name"]) for n in world.nodes.list()}
        assert set(fitting) == {name for name, reason in reasons.items() if not reason}
        if not fitting:
            assert refused.reasons == Counter(each for reason in reasons.values() for each in reason.split("\n"))
            continue
        scores = attempt.score([n for name in fitting for n in attempt.nodes if n.name == name])
        others = world.score_all(pod, fitting)
        assert len({a - b for a, b in zip(scores, others, strict=True)}) == 1, (scores, others)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_a_pod_is_tried_on_a_node_with_other_pods(seed: int) -> None:
    """Preemption asks what would be: the same as if it were so."""
    rng = random.Random(seed)
    world = World(rng)
    for _ in range(25):
        world.change()
    pod = world.new_pod()
    attempt = world.begin(pod)
    for node in attempt.nodes:
        kept = [other for other in node.pods if rng.random() < 0.5]
        refusal = attempt.refuse_as_if(node.with_pods(kept))
        gone = [other for other in node.pods if other not in kept]
        for other in gone:
            world.pods.remove(other)
        world.nominations.__init__()  # type: ignore[misc]
        assert (refusal.reason if refusal else "") == world.ask_all(pod, node.name)
        for other in gone:
            world.pods.replace(other)


@pytest.mark.parametrize(
    ("nodes", "enough"),
    [(3, 3), (99, 99), (100, 100), (101, 100), (1000, 420), (5000, 500), (10_000, 500)],
)
def test_of_many_nodes_some_are_enough(nodes: int, enough: int) -> None:
    assert count_enough(nodes) == enough


def test_in_large_clusters_nodes_come_by_turns_and_zones_too() -> None:
    world = World(random.Random(1))
    for number in range(150):
        labels = {HOST: f"n{number}", ZONE: f"z{number // 75}"}
        amounts = {"cpu": "4", "memory": "8Gi", "pods": "10"}
        node = {"metadata": {"name": f"n{number}", "labels": labels}, "spec": {}, "status": {"allocatable": amounts}}
        world.nodes.replace(node)
        world.cache.update_node(f"n{number}")
    first, second = ([node.name for node in world.begin(make_pod("p")).find_fitting(Refusals(150))] for _ in range(2))
    assert (len(first), len(second)) == (100, 100)
    assert first[:4] == ["n0", "n75", "n1", "n76"]
    assert second[0] == "n50"
    assert set(first) | set(second) == {f"n{number}" for number in range(150)}


def test_what_a_pod_can_never_be_given_takes_no_room() -> None:
    refused = {"type": "PodResizePending", "status": "True", "reason": "Infeasible"}
    has = {"name": "c", "containerID": "containerd://1", "resources": {"requests": {"cpu": "1"}}}
    has["allocatedResources"] = {"cpu": "1"}
    pod = {
        "metadata": {"name": "big", "namespace": "default", "uid": "u"},
        "spec": {"nodeName": "n", "containers": [{"name": "c", "resources": {"requests": {"cpu": "500"}}}]},
        "status": {"conditions": [refused], "containerStatuses": [has]},
    }
    node = {"metadata": {"name": "n"}, "status": {"allocatable": {"cpu": "2"}}}
    assert NodeInfo(node, [pod]).requested["cpu"] == 1000
    pod["status"] = {"containerStatuses": [has]}
    assert NodeInfo(node, [pod]).requested["cpu"] == 500_000
