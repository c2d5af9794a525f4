"""Deployments with ReplicaSets and pods, from creation to the last clean-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.resources import DEPLOYMENTS, PODS, REPLICA_SETS, SERVICE_ACCOUNTS
from tests.controller.harness import Cluster

Object = dict[str, Any]
NO_NODE = {"nodeSelector": {"disk": "ssd"}}


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    return make_cluster("deployment", "replicaset")


def make(cluster: Cluster, image: str = "nginx:1.25", **spec: Any) -> None:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "nginx", "image": image}]}}
    cluster.create(DEPLOYMENTS, "web", {"spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec}})
    cluster.run()


def set_image(cluster: Cluster, image: str) -> None:
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"template": {"spec": {"containers": [{"name": "nginx", "image": image}]}}}})
    cluster.run()


def roll_out(cluster: Cluster) -> None:
    """Make pods ready until the rollout rests."""
    for _ in range(30):
        if all(p["status"]["phase"] != "Pending" for p in cluster.list(PODS)):
            return
        cluster.run_pods()
    raise AssertionError("the rollout does not end")


def sizes(cluster: Cluster) -> list[tuple[str, int]]:
    """Return image and size of the ReplicaSets, by revision."""
    found = sorted(
        cluster.list(REPLICA_SETS), key=lambda rs: int(rs["metadata"]["annotations"]["deployment.kubernetes.io/revision"])
    )
    return [(rs["spec"]["template"]["spec"]["containers"][0]["image"], rs["spec"]["replicas"]) for rs in found]


def conditions(obj: Object) -> list[tuple[str, str, str]]:
    return [(c["type"], c["status"], c["reason"]) for c in (obj.get("status") or {}).get("conditions") or ()]


def hide_names(cluster: Cluster, text: str) -> str:
    for replica_set in cluster.list(REPLICA_SETS):
        text = text.replace(replica_set["metadata"]["name"], "RS")
    return text


def test_a_new_deployment_gets_a_replica_set_and_becomes_available(cluster: Cluster) -> None:
    make(cluster, replicas=2)
    assert conditions(cluster.get(DEPLOYMENTS, "web")) == [
        ("Available", "False", "MinimumReplicasUnavailable"),
        ("Progressing", "True", "ReplicaSetUpdated"),
    ]
    roll_out(cluster)
    found = cluster.get(DEPLOYMENTS, "web")
    (replica_set,) = cluster.list(REPLICA_SETS)
    digest = replica_set["metadata"]["labels"]["pod-template-hash"]
    assert replica_set["metadata"]["name"] == f"web-{digest}"
    assert replica_set["spec"]["selector"] == {"matchLabels": {"app": "web", "pod-template-hash": digest}}
    assert replica_set["metadata"]["annotations"] == {
        "deployment.kubernetes.io/desired-replicas": "2",
        "deployment.kubernetes.io/max-replicas": "3",
        "deployment.kubernetes.io/revision": "1",
    }
    assert found["metadata"]["annotations"] == {"deployment.kubernetes.io/revision": "1"}
    status = found["status"]
    messages = [hide_names(cluster, c["message"]) for c in status.pop("conditions")]
    assert messages == ["Deployment has minimum availability.", 'ReplicaSet "RS" has successfully progressed.']
    assert status == {"availableReplicas": 2, "observedGeneration": 1, "readyReplicas": 2, "replicas": 2, "updatedReplicas": 2}
    scaled = [hide_names(cluster, m) for _, reason, m in cluster.events() if reason == "ScalingReplicaSet"]
    assert scaled == ["Scaled up replica set RS from 0 to 2"]


def test_a_rolling_update_keeps_within_its_bounds(cluster: Cluster) -> None:
    make(cluster, replicas=4, strategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}})
    roll_out(cluster)
    set_image(cluster, "nginx:1.26")
    seen = [sizes(cluster)]
    while any(p["status"]["phase"] == "Pending" for p in cluster.list(PODS)):
        pods = cluster.list(PODS)
        ready = [p for p in pods if p["status"]["phase"] == "Running"]
        assert len(ready) >= 3
        assert len(pods) <= 5
        cluster.run_pods()
        seen.append(sizes(cluster))
    assert seen == [
        [("nginx:1.25", 3), ("nginx:1.26", 2)],
        [("nginx:1.25", 1), ("nginx:1.26", 4)],
        [("nginx:1.25", 0), ("nginx:1.26", 4)],
    ]
    assert cluster.get(DEPLOYMENTS, "web")["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "2"


def test_going_back_gives_the_old_replica_set_a_new_revision(cluster: Cluster) -> None:
    make(cluster)
    for image in ("nginx:1.26", "nginx:1.25"):
        roll_out(cluster)
        set_image(cluster, image)
    roll_out(cluster)
    assert sizes(cluster) == [("nginx:1.26", 0), ("nginx:1.25", 1)]
    newest = max(cluster.list(REPLICA_SETS), key=lambda rs: rs["spec"]["replicas"])["metadata"]["annotations"]
    assert newest["deployment.kubernetes.io/revision"] == "3"
    assert newest["deployment.kubernetes.io/revision-history"] == "1"


def test_recreate_waits_until_the_old_pods_are_gone(cluster: Cluster) -> None:
    make(cluster, replicas=2, strategy={"type": "Recreate"})
    for pod in cluster.list(PODS):
        binding = {"apiVersion": "v1", "kind": "Binding", "metadata": pod["metadata"], "target": {"name": "minikube"}}
        cluster.client.create(PODS, binding, "default", "binding")
    roll_out(cluster)
    set_image(cluster, "nginx:1.26")
    assert sizes(cluster) == [("nginx:1.25", 0)]
    for pod in cluster.list(PODS):  # they have a node, so a kubelet ends them
        cluster.client.delete(PODS, pod["metadata"]["name"], "default", {"gracePeriodSeconds": 0})
    cluster.run()
    assert sizes(cluster) == [("nginx:1.25", 0), ("nginx:1.26", 2)]


@pytest.mark.parametrize(("replicas", "expected"), [(15, [11, 7]), (5, [3, 5]), (0, [0, 0])])
def test_scaling_in_the_middle_of_a_rollout_is_shared(cluster: Cluster, replicas: int, expected: list[int]) -> None:
    make(cluster, replicas=10, strategy={"rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}})
    roll_out(cluster)
    set_image(cluster, "nginx:9.9")
    assert [size for _, size in sizes(cluster)] == [8, 5]
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"replicas": replicas}})
    cluster.run()
    found = [size for _, size in sizes(cluster)]
    assert found == expected


def test_a_paused_deployment_is_scaled_but_not_rolled_out(cluster: Cluster) -> None:
    make(cluster)
    roll_out(cluster)
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"paused": True}})
    set_image(cluster, "nginx:1.26")
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 3}})
    cluster.run()
    assert sizes(cluster) == [("nginx:1.25", 3)]
    assert ("Progressing", "Unknown", "DeploymentPaused") in conditions(cluster.get(DEPLOYMENTS, "web"))
    roll_out(cluster)
    cluster.patch(DEPLOYMENTS, "web", {"spec": {"paused": False}})
    cluster.run()
    roll_out(cluster)
    assert sizes(cluster) == [("nginx:1.25", 0), ("nginx:1.26", 3)]
    assert ("Progressing", "True", "NewReplicaSetAvailable") in conditions(cluster.get(DEPLOYMENTS, "web"))


def test_a_rollout_that_stalls_fails_its_deadline_and_can_be_undone(cluster: Cluster) -> None:
    make(cluster, replicas=3, progressDeadlineSeconds=4, strategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}})
    roll_out(cluster)
    set_image(cluster, "nginx:nope")
    cluster.run(3)
    assert ("Progressing", "True", "ReplicaSetUpdated") in conditions(cluster.get(DEPLOYMENTS, "web"))
    cluster.run(2.5)
    found = cluster.get(DEPLOYMENTS, "web")
    assert conditions(found) == [
        ("Available", "True", "MinimumReplicasAvailable"),
        ("Progressing", "False", "ProgressDeadlineExceeded"),
    ]
    assert hide_names(cluster, found["status"]["conditions"][1]["message"]) == 'ReplicaSet "RS" has timed out progressing.'
    set_image(cluster, "nginx:1.25")
    roll_out(cluster)
    assert conditions(cluster.get(DEPLOYMENTS, "web"))[1] == ("Progressing", "True", "NewReplicaSetAvailable")


def test_refused_pods_show_in_the_conditions_until_they_can_be_made(cluster: Cluster) -> None:
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "nginx"}], "serviceAccountName": "robot"},
    }
    cluster.create(DEPLOYMENTS, "web", {"spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template}})
    cluster.run()
    assert sorted(conditions(cluster.get(DEPLOYMENTS, "web"))) == [
        ("Available", "False", "MinimumReplicasUnavailable"),
        ("Progressing", "True", "NewReplicaSetCreated"),
        ("ReplicaFailure", "True", "FailedCreate"),
    ]
    cluster.create(SERVICE_ACCOUNTS, "robot", {})
    cluster.run(10)
    roll_out(cluster)
    assert sorted(conditions(cluster.get(DEPLOYMENTS, "web"))) == [
        ("Available", "True", "MinimumReplicasAvailable"),
        ("Progressing", "True", "NewReplicaSetAvailable"),
    ]


@pytest.mark.parametrize(("limit", "expected"), [(2, 3), (0, 1)])
def test_old_replica_sets_beyond_the_limit_go(cluster: Cluster, limit: int, expected: int) -> None:
    make(cluster, "nginx:0", revisionHistoryLimit=limit)
    for number in range(1, 5):
        roll_out(cluster)
        set_image(cluster, f"nginx:{number}")
    roll_out(cluster)
    assert [image for image, _ in sizes(cluster)] == [f"nginx:{n}" for n in range(5 - expected, 5)]


def test_min_ready_seconds_hold_the_rollout_back(cluster: Cluster) -> None:
    make(cluster, replicas=1, minReadySeconds=10)
    roll_out(cluster)
    assert cluster.get(DEPLOYMENTS, "web")["status"].get("availableReplicas") is None
    cluster.run(11)
    assert cluster.get(DEPLOYMENTS, "web")["status"]["availableReplicas"] == 1


def test_matching_replica_sets_are_adopted_and_others_released(cluster: Cluster) -> None:
    make(cluster)
    (replica_set,) = cluster.list(REPLICA_SETS)
    name = replica_set["metadata"]["name"]
    cluster.patch(REPLICA_SETS, name, {"metadata": {"ownerReferences": None}})
    cluster.run()
    (again,) = cluster.list(REPLICA_SETS)
    assert [(r["kind"], r["name"]) for r in again["metadata"]["ownerReferences"]] == [("Deployment", "web")]
    cluster.patch(REPLICA_SETS, name, {"metadata": {"labels": {"app": "lost"}}})
    cluster.run()
    assert "ownerReferences" not in cluster.get(REPLICA_SETS, name)["metadata"]


def test_a_name_that_is_taken_counts_as_a_collision(cluster: Cluster) -> None:
    make(cluster)
    (replica_set,) = cluster.list(REPLICA_SETS)
    name = replica_set["metadata"]["name"]
    cluster.delete(DEPLOYMENTS, "web")
    cluster.delete(REPLICA_SETS, name)
    spec = {"replicas": 0, "selector": {"matchLabels": {"x": "y"}}, "template": {**replica_set["spec"]["template"]}}
    spec["template"] = {**spec["template"], "metadata": {"labels": {"x": "y"}}}
    cluster.create(REPLICA_SETS, name, {"spec": spec}, labels={"x": "y"})
    make(cluster)
    cluster.run(1)
    found = cluster.get(DEPLOYMENTS, "web")
    assert found["status"]["collisionCount"] == 1
    owned = [rs["metadata"]["name"] for rs in cluster.list(REPLICA_SETS, "app=web")]
    assert len(owned) == 1
    assert name not in owned


def test_annotations_go_down_and_a_scaled_replica_set_is_put_right(cluster: Cluster) -> None:
    make(cluster)
    roll_out(cluster)
    cluster.patch(DEPLOYMENTS, "web", {"metadata": {"annotations": {"kubernetes.io/change-cause": "first"}}})
    name = cluster.list(REPLICA_SETS)[0]["metadata"]["name"]
    cluster.patch(REPLICA_SETS, name, {"spec": {"replicas": 3}})
    cluster.run()
    found = cluster.get(REPLICA_SETS, name)
    assert found["metadata"]["annotations"]["kubernetes.io/change-cause"] == "first"
    assert found["spec"]["replicas"] == 1


def test_nothing_is_written_at_rest(cluster: Cluster) -> None:
    make(cluster, replicas=2)
    roll_out(cluster)
    before = cluster.server.store.current_revision()
    cluster.manager.sync()
    cluster.run(3600)
    assert cluster.server.store.current_revision() == before


def test_a_deleted_deployment_is_left_alone(cluster: Cluster) -> None:
    make(cluster)
    cluster.delete(DEPLOYMENTS, "web", "Orphan")
    set_image(cluster, "nginx:1.26")
    assert [image for image, _ in sizes(cluster)] == ["nginx:1.25"]
    with pytest.raises(errors.NotFound):
        cluster.get(DEPLOYMENTS, "gone")
