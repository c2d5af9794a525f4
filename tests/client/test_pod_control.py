"""Making pods: what is told of a refusal, and what is not worth telling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.pod_control import PodControl, is_active, make_pod, order_for_deletion
from minikube_py.client.resources import EVENTS, JOBS, NAMESPACES, PODS, REPLICA_SETS, Resource
from tests.controller.harness import Cluster

TEMPLATE: dict[str, Any] = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}], "restartPolicy": "Always"},
}
REPLICA_SET = {"selector": {"matchLabels": {"app": "web"}}, "replicas": 3, "template": TEMPLATE}
JOB = {"template": {"spec": {**TEMPLATE["spec"], "restartPolicy": "Never"}}}


@pytest.mark.parametrize(
    ("controller", "resource", "spec"),
    [("replicaset", REPLICA_SETS, REPLICA_SET), ("job", JOBS, JOB)],
    ids=["replica set", "job"],
)
def test_no_pod_is_asked_for_again_where_the_namespace_goes(
    tmp_path: Path, controller: str, resource: Resource, spec: dict[str, Any]
) -> None:
    cluster = Cluster(tmp_path, controller)
    cluster.create(NAMESPACES, "old", {})
    cluster.create(resource, "web", {"spec": spec}, "old")
    cluster.delete(NAMESPACES, "old")
    cluster.run()
    assert cluster.get(NAMESPACES, "old")["status"]["phase"] == "Terminating"
    assert not cluster.get(resource, "web", "old")["status"].get("conditions")
    cluster.run(3600)
    assert cluster.client.list(EVENTS)["items"] == []


def test_the_namespace_is_named_as_the_cause(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path)
    cluster.create(NAMESPACES, "old", {})
    owner = cluster.create(REPLICA_SETS, "web", {"spec": REPLICA_SET}, "old")
    cluster.delete(NAMESPACES, "old")
    with pytest.raises(errors.Forbidden) as caught:
        cluster.client.create(PODS, make_pod(owner, TEMPLATE), "old")
    assert errors.has_cause(caught.value, errors.NAMESPACE_TERMINATING)
    assert not errors.has_cause(caught.value, "FieldValueInvalid")


def make_running(name: str, node: str = "one", **status: Any) -> dict[str, Any]:
    """Return a pod that runs; `ready` is when it became ready."""
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": status.pop("ready", "2026-01-01T00:01:00Z")}
    annotations = {"controller.kubernetes.io/pod-deletion-cost": cost} if (cost := status.pop("cost", "")) else {}
    init = [{"name": "side", "image": "a", "restartPolicy": "Always"}, {"name": "init", "image": "a"}]
    return {
        "metadata": {"name": name, "creationTimestamp": "2026-01-01T00:00:00Z", "annotations": annotations},
        "spec": {"nodeName": node, "containers": [{"name": "c"}], "initContainers": init},
        "status": {"phase": "Running", "conditions": [ready], **status},
    }


BUSY = {"containerStatuses": [{"name": "c", "restartCount": 3}]}
BUSY_SIDE = {"initContainerStatuses": [{"name": "side", "restartCount": 3}]}
BUSY_INIT = {"initContainerStatuses": [{"name": "init", "restartCount": 3}]}
PENDING = {"phase": "Pending", "conditions": []}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (make_running("a", ""), make_running("b", **PENDING)),
        (make_running("a", **PENDING), make_running("b", conditions=[])),
        (make_running("a", conditions=[]), make_running("b", cost="-5")),
        (make_running("a", cost="-1"), make_running("b")),
        (make_running("a", cost="9"), make_running("b", cost="10")),
        (make_running("a", ready="2026-01-01T00:02:00Z"), make_running("b", **BUSY)),
        (make_running("a", **BUSY), make_running("b", **BUSY_SIDE)),
        (make_running("a", **BUSY_SIDE), make_running("b", **BUSY_INIT)),
    ],
    ids=["no node", "pending", "not ready", "cost", "cost is a number", "ready later", "restarts", "sidecar restarts"],
)
def test_who_goes_first(first: dict[str, Any], second: dict[str, Any]) -> None:
    for pods in ([first, second], [second, first]):
        assert [pod["metadata"]["name"] for pod in order_for_deletion(pods, pods)] == ["a", "b"]


def test_the_crowded_node_loses_a_pod_where_pods_share_nodes() -> None:
    alone, crowded = make_running("alone", "one", ready="2026-01-01T00:05:00Z"), make_running("crowded", "two")
    sibling = make_running("sibling", "two")  # of another ReplicaSet of the same Deployment
    assert order_for_deletion([alone, crowded], [alone, crowded, sibling])[0] is crowded
    assert order_for_deletion([alone, crowded])[0] is alone


def test_pods_of_all_replica_sets_of_a_deployment_crowd_a_node(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, "replicaset")
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "d", "controller": True}
    for name, tier, node in (("new-1", "new", "one"), ("new-2", "new", "two"), ("old-1", "old", "two")):
        cluster.add_pod(name, "10.244.0.5", {"app": "web", "tier": tier}, nodeName=node)
    for tier, replicas in (("new", 2), ("old", 1)):
        labels = {"app": "web", "tier": tier}
        spec = {"selector": {"matchLabels": labels}, "template": {**TEMPLATE, "metadata": {"labels": labels}}}
        cluster.create(REPLICA_SETS, tier, {"spec": {**spec, "replicas": replicas}}, ownerReferences=[owner])
    cluster.run()
    cluster.patch(REPLICA_SETS, "new", {"spec": {"replicas": 1}})
    cluster.run()
    assert [pod["metadata"]["name"] for pod in cluster.list(PODS) if is_active(pod)] == ["new-1", "old-1"]


class Scarce:
    """A context whose API server has room for one pod, and a recorder that counts what it is told."""

    def __init__(self) -> None:
        self.asked = 0
        self.told: list[str] = []
        self.client: Any = self

    def create(self, resource: Resource, obj: dict[str, Any], namespace: str) -> dict[str, Any]:
        self.asked += 1
        if self.asked > 1:
            raise errors.new_forbidden("", "pods", obj["metadata"]["generateName"], f"exceeded quota {self.asked}")
        return {**obj, "metadata": {**obj["metadata"], "name": "web-1"}}

    def event(self, obj: dict[str, Any], event_type: str, reason: str, message: str, path: str = "") -> None:
        self.told.append(reason)


def test_a_refusal_ends_the_batch_and_what_would_come_after_it() -> None:
    scarce: Any = Scarce()
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web", "namespace": "default", "uid": "u"}}
    made, failure = PodControl(scarce, scarce).create_all(owner, [make_pod(owner, TEMPLATE) for _ in range(9)])
    assert [pod["metadata"]["name"] for pod in made] == ["web-1"]
    assert scarce.told == ["SuccessfulCreate", "FailedCreate", "FailedCreate"]  # the batch of two, and not the four after it
    assert "quota 2" in str(failure)


class Leaving(Scarce):
    """A context whose namespace is being deleted."""

    def create(self, resource: Resource, obj: dict[str, Any], namespace: str) -> dict[str, Any]:
        self.asked += 1
        error = errors.new_forbidden("", "pods", obj["metadata"]["generateName"], "it is being terminated")
        error.details = {"causes": [{"reason": errors.NAMESPACE_TERMINATING}]}
        raise error


def test_a_namespace_on_its_way_out_is_asked_once_and_is_no_failure() -> None:
    leaving: Any = Leaving()
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web", "namespace": "default", "uid": "u"}}
    assert PodControl(leaving, leaving).create_all(owner, (make_pod(owner, TEMPLATE) for _ in range(500))) == ([], None)
    assert (leaving.asked, leaving.told) == (1, [])
