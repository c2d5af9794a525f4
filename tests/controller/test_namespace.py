"""A terminating namespace is emptied, tells what holds it, and goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.resources import CONFIG_MAPS, DEPLOYMENTS, EVENTS, NAMESPACES, PODS, Resource
from minikube_py.controller.namespace import AT_ONCE, GRACE, Remains, make_conditions
from tests.controller.harness import Cluster

Object = dict[str, Any]
HOLD = ["example.com/hold"]
POD = {"spec": {"containers": [{"name": "c", "image": "nginx"}]}}


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    made = make_cluster("namespace", "serviceaccount", "deployment", "replicaset")
    made.create(NAMESPACES, "short", {})
    made.run()
    return made


def conditions(cluster: Cluster) -> list[tuple[str, str, str, str]]:
    found = cluster.get(NAMESPACES, "short")["status"].get("conditions") or []
    return [(c["type"], c["status"], c["reason"], c["message"]) for c in found]


def test_everything_inside_goes_and_then_the_namespace(cluster: Cluster) -> None:
    cluster.create(CONFIG_MAPS, "note", {}, "short")
    template = {"metadata": {"labels": {"a": "b"}}, "spec": POD["spec"]}
    cluster.create(DEPLOYMENTS, "web", {"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template}}, "short")
    cluster.run()
    assert cluster.list(PODS, namespace="short")
    cluster.delete(NAMESPACES, "short")
    cluster.run()
    cluster.run(GRACE)
    assert not cluster.exists(NAMESPACES, "short")
    for resource in (CONFIG_MAPS, DEPLOYMENTS, PODS, EVENTS):
        assert cluster.client.list(resource, "short")["items"] == []


def test_a_finalizer_holds_the_namespace_and_is_named(cluster: Cluster) -> None:
    cluster.create(CONFIG_MAPS, "held", {}, "short", finalizers=HOLD)
    cluster.create(CONFIG_MAPS, "free", {}, "short")
    cluster.delete(NAMESPACES, "short")
    cluster.run()
    cluster.run(GRACE)
    assert [m["metadata"]["name"] for m in cluster.list(CONFIG_MAPS, namespace="short")] == ["held"]
    assert cluster.get(NAMESPACES, "short")["status"]["phase"] == "Terminating"
    assert conditions(cluster) == [
        ("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered"),
        (
            "NamespaceDeletionGroupVersionParsingFailure",
            "False",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        (
            "NamespaceDeletionContentFailure",
            "False",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        (
            "NamespaceContentRemaining",
            "True",
            "SomeResourcesRemain",
            "Some resources are remaining: configmaps. has 1 resource instances",
        ),
        (
            "NamespaceFinalizersRemaining",
            "True",
            "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
        ),
    ]
    cluster.patch(CONFIG_MAPS, "held", {"metadata": {"finalizers": None}}, namespace="short")
    cluster.run()
    assert not cluster.exists(NAMESPACES, "short")


def test_pods_end_gracefully_before_anything_else_goes(cluster: Cluster) -> None:
    cluster.create(CONFIG_MAPS, "note", {}, "short")
    cluster.create(PODS, "slow", {"spec": {**POD["spec"], "nodeName": "minikube"}}, "short")
    cluster.delete(NAMESPACES, "short")
    cluster.run()
    cluster.run(GRACE)
    assert cluster.get(PODS, "slow", "short")["metadata"]["deletionGracePeriodSeconds"] == 30
    assert cluster.exists(CONFIG_MAPS, "note", "short")
    assert "Some resources are remaining: pods. has 1 resource instances" in [c[3] for c in conditions(cluster)]
    cluster.client.delete(PODS, "slow", "short", {"gracePeriodSeconds": 0})
    cluster.run()
    assert not cluster.exists(NAMESPACES, "short")


def test_others_are_left_alone(cluster: Cluster) -> None:
    cluster.create(CONFIG_MAPS, "note", {})
    cluster.delete(NAMESPACES, "short")
    cluster.run()
    cluster.run(GRACE)
    assert cluster.exists(CONFIG_MAPS, "note")
    assert cluster.exists(NAMESPACES, "default")


def test_another_finalizer_of_the_namespace_stays(cluster: Cluster) -> None:
    cluster.create(NAMESPACES, "kept", {"spec": {"finalizers": ["example.com/mine"]}})
    cluster.delete(NAMESPACES, "kept")
    cluster.run()
    cluster.run(GRACE)
    assert cluster.get(NAMESPACES, "kept")["spec"]["finalizers"] == ["example.com/mine"]


def test_what_cannot_be_deleted_is_told() -> None:
    remains = Remains(Counter(), Counter(), [errors.Forbidden("no b"), errors.Forbidden("no a")])
    found = {c["type"]: c for c in make_conditions(remains)}["NamespaceDeletionContentFailure"]
    assert (found["status"], found["reason"]) == ("True", "ContentDeletionFailed")
    assert found["message"] == "Failed to delete all resource types, 2 remaining: no a, no b"


def test_what_is_inside_is_there_for_a_moment_still(cluster: Cluster) -> None:
    """`kubectl delete -f` of a file that begins with its namespace finds the rest of it."""
    cluster.create(CONFIG_MAPS, "note", {}, "short")
    cluster.delete(NAMESPACES, "short")
    cluster.run()
    cluster.run(GRACE / 2)
    cluster.delete(CONFIG_MAPS, "note", namespace="short")
    cluster.run(GRACE / 2)
    assert not cluster.exists(NAMESPACES, "short")


@pytest.mark.parametrize("resource", [CONFIG_MAPS, EVENTS], ids=["with a cache", "without"])
def test_much_goes_in_turns_and_what_is_held_keeps_nothing_back(cluster: Cluster, resource: Resource) -> None:
    about = {"involvedObject": {"namespace": "short"}} if resource == EVENTS else {}
    cluster.create(resource, "held", about, "short", finalizers=HOLD)
    for number in range(2 * AT_ONCE):
        cluster.create(resource, f"note-{number}", about, "short")
    cluster.delete(NAMESPACES, "short")
    cluster.run()
    cluster.clock.advance(GRACE)
    counts = [2 * AT_ONCE + 1]
    while cluster.manager.run_batch(lambda done: True):
        counts.append(len(cluster.list(resource, namespace="short")))
    assert counts[-1] == 1
    assert max(before - after for before, after in pairwise(counts)) <= AT_ONCE
    cluster.patch(resource, "held", {"metadata": {"finalizers": None}}, namespace="short")
    cluster.run(10.0)
    assert not cluster.exists(NAMESPACES, "short")
