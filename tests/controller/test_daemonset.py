"""Daemon sets with nodes and pods, from the first pod to the last revision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import CONTROLLER_REVISIONS, DAEMON_SETS, NODES, PODS
from minikube_py.controller.daemonset.nodes import target_of
from tests.controller.harness import Cluster

Object = dict[str, Any]
HASH = "controller-revision-hash"
TAINT = {"key": "team", "value": "red", "effect": "NoSchedule"}


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    made = make_cluster("daemonset")
    for name in ("one", "three", "two"):
        made.create(NODES, name, {"spec": {}}, labels={"name": name})
    made.run()
    return made


def make(cluster: Cluster, image: str = "fluentd:1", pod: Object | None = None, **spec: Any) -> None:
    template = {
        "metadata": {"labels": {"app": "agent"}},
        "spec": {"containers": [{"name": "c", "image": image}], **(pod or {})},
    }
    body = {"selector": {"matchLabels": {"app": "agent"}}, "template": template, **spec}
    cluster.create(DAEMON_SETS, "agent", {"spec": body})
    cluster.run()


def set_image(cluster: Cluster, image: str) -> None:
    containers = [{"name": "c", "image": image}]
    cluster.patch(DAEMON_SETS, "agent", {"spec": {"template": {"spec": {"containers": containers}}}})
    cluster.run()


def pods_by_node(cluster: Cluster) -> dict[str, list[str]]:
    """Return the images of the pods of each node."""
    found: dict[str, list[str]] = {}
    for pod in cluster.list(PODS):
        found.setdefault(target_of(pod), []).append(pod["spec"]["containers"][0]["image"])
    return {node: sorted(images) for node, images in sorted(found.items())}


def status_of(cluster: Cluster) -> Object:
    status: Object = cluster.get(DAEMON_SETS, "agent")["status"]
    return status


def messages(cluster: Cluster, reason: str) -> list[str]:
    return [message for _, why, message in cluster.events() if why == reason]


def test_every_node_gets_a_pod_that_can_only_go_there(cluster: Cluster) -> None:
    make(cluster)
    assert pods_by_node(cluster) == {name: ["fluentd:1"] for name in ("one", "three", "two")}
    (revision,) = cluster.list(CONTROLLER_REVISIONS)
    digest = revision["metadata"]["labels"][HASH]
    assert (revision["metadata"]["name"], revision["revision"]) == (f"agent-{digest}", 1)
    pod = cluster.list(PODS)[0]
    assert pod["metadata"]["labels"] == {"app": "agent", "pod-template-generation": "1", HASH: digest}
    assert pod["metadata"]["generateName"] == "agent-"
    assert messages(cluster, "SuccessfulCreate") == [f"Created pod: {p}" for p in _names_by_node(cluster)]
    assert status_of(cluster) == {
        "currentNumberScheduled": 3,
        "desiredNumberScheduled": 3,
        "numberMisscheduled": 0,
        "numberReady": 0,
        "numberUnavailable": 3,
        "observedGeneration": 1,
        "updatedNumberScheduled": 3,
    }
    cluster.run_pods()
    assert status_of(cluster)["numberAvailable"] == 3
    assert "numberUnavailable" not in status_of(cluster)


def _names_by_node(cluster: Cluster) -> list[str]:
    return [p["metadata"]["name"] for p in sorted(cluster.list(PODS), key=target_of)]


def test_nodes_come_and_get_tainted(cluster: Cluster) -> None:
    make(cluster)
    cluster.run_pods()
    cluster.create(NODES, "four", {"spec": {"taints": [TAINT]}})
    cluster.run()
    assert sorted(pods_by_node(cluster)) == ["one", "three", "two"]
    cluster.patch(NODES, "two", {"spec": {"taints": [TAINT]}})
    cluster.run()
    assert sorted(pods_by_node(cluster)) == ["one", "three", "two"], "NoSchedule lets what runs stay"
    assert (status_of(cluster)["desiredNumberScheduled"], status_of(cluster)["numberMisscheduled"]) == (2, 1)
    cluster.patch(NODES, "two", {"spec": {"taints": [{**TAINT, "effect": "NoExecute"}]}})
    cluster.run()
    assert sorted(pods_by_node(cluster)) == ["one", "three"]
    cluster.patch(NODES, "four", {"spec": {"taints": None}})
    cluster.run()
    assert sorted(pods_by_node(cluster)) == ["four", "one", "three"]


@pytest.mark.parametrize(
    ("pod", "nodes"),
    [
        pytest.param({"nodeSelector": {"name": "two"}}, ["two"], id="node selector"),
        pytest.param({"nodeName": "one"}, ["one"], id="node name"),
        pytest.param(
            {
                "affinity": {
                    "nodeAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": {
                            "nodeSelectorTerms": [
                                {"matchExpressions": [{"key": "name", "operator": "NotIn", "values": ["two"]}]}
                            ]
                        }
                    }
                }
            },
            ["one", "three"],
            id="affinity",
        ),
    ],
)
def test_only_some_nodes(cluster: Cluster, pod: Object, nodes: list[str]) -> None:
    make(cluster, pod=pod)
    assert sorted(pods_by_node(cluster)) == nodes


def roll_out(cluster: Cluster) -> list[dict[str, list[str]]]:
    """Make pods ready until the rollout rests; return what stood on the nodes at each step."""
    seen = [pods_by_node(cluster)]
    for _ in range(20):
        if all((p.get("status") or {}).get("phase") == "Running" for p in cluster.list(PODS)):
            return seen
        cluster.run_pods()
        seen.append(pods_by_node(cluster))
    raise AssertionError("the rollout does not end")


def test_a_rolling_update_replaces_one_pod_after_the_other(cluster: Cluster) -> None:
    make(cluster)
    cluster.run_pods()
    set_image(cluster, "fluentd:2")
    old, new = ["fluentd:1"], ["fluentd:2"]
    assert roll_out(cluster) == [
        {"one": new, "three": old, "two": old},
        {"one": new, "three": new, "two": old},
        {"one": new, "three": new, "two": new},
        {"one": new, "three": new, "two": new},
    ]
    assert status_of(cluster)["updatedNumberScheduled"] == 3
    assert cluster.get(DAEMON_SETS, "agent")["metadata"]["annotations"] == {"deprecated.daemonset.template.generation": "2"}


def test_with_surge_the_new_pod_comes_first(cluster: Cluster) -> None:
    make(cluster, updateStrategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}})
    cluster.run_pods()
    set_image(cluster, "fluentd:2")
    old, both, new = ["fluentd:1"], ["fluentd:1", "fluentd:2"], ["fluentd:2"]
    assert roll_out(cluster) == [
        {"one": both, "three": old, "two": old},
        {"one": new, "three": both, "two": old},
        {"one": new, "three": new, "two": both},
        {"one": new, "three": new, "two": new},
    ]


def test_on_delete_waits_for_the_user(cluster: Cluster) -> None:
    make(cluster, updateStrategy={"type": "OnDelete"})
    cluster.run_pods()
    set_image(cluster, "fluentd:2")
    assert set(map(tuple, pods_by_node(cluster).values())) == {("fluentd:1",)}
    cluster.delete(PODS, _names_by_node(cluster)[0])
    cluster.run()
    assert pods_by_node(cluster) == {"one": ["fluentd:2"], "three": ["fluentd:1"], "two": ["fluentd:1"]}
    assert status_of(cluster)["updatedNumberScheduled"] == 1


def test_an_update_waits_until_pods_are_available(cluster: Cluster) -> None:
    make(cluster, minReadySeconds=10)
    cluster.run_pods()
    cluster.run(10)
    set_image(cluster, "fluentd:2")
    cluster.run_pods()
    assert len([p for p in cluster.list(PODS) if p["spec"]["containers"][0]["image"] == "fluentd:2"]) == 1
    cluster.run(10)
    assert len([p for p in cluster.list(PODS) if p["spec"]["containers"][0]["image"] == "fluentd:2"]) == 2


def test_going_back_renumbers_the_old_revision(cluster: Cluster) -> None:
    make(cluster)
    for image in ("fluentd:2", "fluentd:1"):
        roll_out(cluster)
        set_image(cluster, image)
    found = {
        r["data"]["spec"]["template"]["spec"]["containers"][0]["image"]: r["revision"]
        for r in cluster.list(CONTROLLER_REVISIONS)
    }
    assert found == {"fluentd:2": 2, "fluentd:1": 3}


def test_old_revisions_go_when_no_pod_is_of_them(cluster: Cluster) -> None:
    make(cluster, revisionHistoryLimit=0)
    cluster.run_pods()
    set_image(cluster, "fluentd:2")
    assert len(cluster.list(CONTROLLER_REVISIONS)) == 2
    roll_out(cluster)
    assert [r["revision"] for r in cluster.list(CONTROLLER_REVISIONS)] == [2]


def test_a_failed_pod_is_replaced_and_then_later_and_later(cluster: Cluster) -> None:
    make(cluster, pod={"nodeSelector": {"name": "one"}})
    (first,) = cluster.list(PODS)
    cluster.set_status(first, {"phase": "Failed"})
    cluster.run()
    (second,) = cluster.list(PODS)
    assert second["metadata"]["uid"] != first["metadata"]["uid"]
    told = f"Found failed daemon pod default/{first['metadata']['name']} on node one, will try to kill it"
    assert messages(cluster, "FailedDaemonPod") == [told]
    cluster.set_status(second, {"phase": "Failed"})
    cluster.run()
    assert cluster.list(PODS)[0]["metadata"]["uid"] == second["metadata"]["uid"]
    cluster.run(1)
    assert cluster.list(PODS)[0]["metadata"]["uid"] != second["metadata"]["uid"]


def test_orphans_are_adopted_with_their_revision(cluster: Cluster) -> None:
    make(cluster)
    cluster.run_pods()
    before = _names_by_node(cluster)
    found = cluster.get(DAEMON_SETS, "agent")
    for resource in (PODS, CONTROLLER_REVISIONS):
        for obj in cluster.list(resource):
            cluster.patch(resource, obj["metadata"]["name"], {"metadata": {"ownerReferences": None}})
    cluster.delete(DAEMON_SETS, "agent", "Background")
    cluster.run()
    cluster.create(DAEMON_SETS, "agent", {"spec": found["spec"]})
    cluster.run()
    assert _names_by_node(cluster) == before
    uid = cluster.get(DAEMON_SETS, "agent")["metadata"]["uid"]
    (revision,) = cluster.list(CONTROLLER_REVISIONS)
    assert {o["metadata"]["ownerReferences"][0]["uid"] for o in (*cluster.list(PODS), revision)} == {uid}


def test_a_name_taken_by_another_revision_counts_as_a_collision(cluster: Cluster) -> None:
    make(cluster)
    (revision,) = cluster.list(CONTROLLER_REVISIONS)
    name = revision["metadata"]["name"]
    cluster.delete(DAEMON_SETS, "agent", "Background")
    cluster.delete(CONTROLLER_REVISIONS, name)
    cluster.create(CONTROLLER_REVISIONS, name, {"data": {"other": "thing"}, "revision": 1})
    make(cluster)
    cluster.run(1)
    assert status_of(cluster)["collisionCount"] == 1
    assert len(cluster.list(CONTROLLER_REVISIONS)) == 2
