"""Stateful sets with pods and claims, from the first pod to the last revision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import CONTROLLER_REVISIONS, PERSISTENT_VOLUME_CLAIMS, PODS, STATEFUL_SETS
from tests.controller.harness import Cluster

Object = dict[str, Any]
HASH = "controller-revision-hash"
CLAIM = {
    "metadata": {"name": "data", "labels": {"size": "small"}},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}
DELETE = {"whenDeleted": "Delete", "whenScaled": "Delete"}


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    return make_cluster("statefulset", "pvc_protection", "garbage_collector")


def make(cluster: Cluster, replicas: int = 3, image: str = "redis:7", **spec: Any) -> None:
    template = {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "c", "image": image}]}}
    body = {"replicas": replicas, "serviceName": "db", "selector": {"matchLabels": {"app": "db"}}, "template": template, **spec}
    cluster.create(STATEFUL_SETS, "db", {"spec": body})
    cluster.run()


def change(cluster: Cluster, **spec: Any) -> None:
    cluster.patch(STATEFUL_SETS, "db", {"spec": spec})
    cluster.run()


def set_image(cluster: Cluster, image: str) -> None:
    change(cluster, template={"spec": {"containers": [{"name": "c", "image": image}]}})


def images(cluster: Cluster) -> dict[str, str]:
    """Return the image of each pod."""
    return {p["metadata"]["name"]: p["spec"]["containers"][0]["image"] for p in by_name(cluster.list(PODS))}


def by_name(objects: list[Object]) -> list[Object]:
    return sorted(objects, key=lambda obj: str(obj["metadata"]["name"]))


def names(cluster: Cluster) -> list[str]:
    return list(images(cluster))


def claims(cluster: Cluster) -> dict[str, list[str]]:
    """Return the kinds of the owners of each claim."""
    return {
        c["metadata"]["name"]: [r["kind"] for r in c["metadata"].get("ownerReferences") or ()]
        for c in by_name(cluster.list(PERSISTENT_VOLUME_CLAIMS))
    }


def status_of(cluster: Cluster) -> Object:
    status: Object = cluster.get(STATEFUL_SETS, "db")["status"]
    return status


def roll_out(cluster: Cluster) -> list[dict[str, str]]:
    """Make pods ready until nothing changes any more; return which images stood at each step."""
    seen = [images(cluster)]
    for _ in range(20):
        if all((p.get("status") or {}).get("phase") == "Running" for p in cluster.list(PODS)):
            return seen
        cluster.run_pods()
        seen.append(images(cluster))
    raise AssertionError("the rollout does not end")


def messages(cluster: Cluster) -> list[str]:
    return [f"{kind} {reason}: {message}" for kind, reason, message in cluster.events()]


def test_pods_come_one_after_the_other(cluster: Cluster) -> None:
    make(cluster)
    assert [sorted(step) for step in roll_out(cluster)] == [
        ["db-0"],
        ["db-0", "db-1"],
        ["db-0", "db-1", "db-2"],
        ["db-0", "db-1", "db-2"],
    ]
    revision = status_of(cluster).pop("currentRevision")
    assert status_of(cluster) == {
        "observedGeneration": 1,
        "replicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "currentReplicas": 3,
        "updatedReplicas": 3,
        "currentRevision": revision,
        "updateRevision": revision,
        "collisionCount": 0,
    }
    assert [r["metadata"]["name"] for r in cluster.list(CONTROLLER_REVISIONS)] == [revision]
    assert messages(cluster) == [
        f"Normal SuccessfulCreate: create Pod db-{number} in StatefulSet db successful" for number in range(3)
    ]


def test_a_pod_has_an_identity_of_its_own(cluster: Cluster) -> None:
    make(cluster, 1, ordinals={"start": 4})
    (pod,) = cluster.list(PODS)
    assert pod["metadata"]["labels"] == {
        "app": "db",
        "apps.kubernetes.io/pod-index": "4",
        "statefulset.kubernetes.io/pod-name": "db-4",
        HASH: status_of(cluster)["updateRevision"],
    }
    assert (pod["metadata"]["name"], pod["metadata"]["generateName"]) == ("db-4", "db-")
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("db-4", "db")


def test_parallel_pods_do_not_wait(cluster: Cluster) -> None:
    make(cluster, podManagementPolicy="Parallel")
    assert names(cluster) == ["db-0", "db-1", "db-2"]
    change(cluster, replicas=0)
    assert names(cluster) == []


def test_an_ordered_set_shrinks_from_the_end_and_waits_for_the_sick(cluster: Cluster) -> None:
    make(cluster)
    roll_out(cluster)
    cluster.set_running(cluster.get(PODS, "db-0"), ready=False)
    change(cluster, replicas=1)
    assert names(cluster) == ["db-0", "db-1", "db-2"]
    cluster.set_running(cluster.get(PODS, "db-0"))
    cluster.run()
    assert names(cluster) == ["db-0"]
    told = "Normal SuccessfulDelete: delete Pod db-{} in StatefulSet db successful"
    assert messages(cluster)[-2:] == [told.format(2), told.format(1)]


def test_a_rolling_update_goes_from_the_last_pod_to_the_first(cluster: Cluster) -> None:
    make(cluster)
    roll_out(cluster)
    set_image(cluster, "redis:8")
    assert {key: value for key, value in status_of(cluster).items() if key in ("currentReplicas", "updatedReplicas")} == {
        "currentReplicas": 2,
        "updatedReplicas": 1,
    }
    old, new = "redis:7", "redis:8"
    assert roll_out(cluster) == [
        {"db-0": old, "db-1": old, "db-2": new},
        {"db-0": old, "db-1": new, "db-2": new},
        {"db-0": new, "db-1": new, "db-2": new},
        {"db-0": new, "db-1": new, "db-2": new},
    ]
    status = status_of(cluster)
    assert status["currentRevision"] == status["updateRevision"]
    assert (status["currentReplicas"], status["updatedReplicas"]) == (3, 3)


def test_below_the_partition_pods_stay_old_even_if_made_anew(cluster: Cluster) -> None:
    make(cluster, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}})
    roll_out(cluster)
    set_image(cluster, "redis:8")
    roll_out(cluster)
    cluster.delete(PODS, "db-0")
    cluster.run()
    assert images(cluster) == {"db-0": "redis:7", "db-1": "redis:7", "db-2": "redis:8"}
    roll_out(cluster)
    status = status_of(cluster)
    assert (status["currentReplicas"], status["updatedReplicas"]) == (2, 1)
    assert status["currentRevision"] != status["updateRevision"]


def test_on_delete_waits_for_the_user(cluster: Cluster) -> None:
    make(cluster, 2, updateStrategy={"type": "OnDelete"})
    roll_out(cluster)
    set_image(cluster, "redis:8")
    assert set(images(cluster).values()) == {"redis:7"}
    cluster.delete(PODS, "db-1")
    cluster.run()
    assert images(cluster) == {"db-0": "redis:7", "db-1": "redis:8"}


def test_a_stuck_rollout_is_not_mended_by_going_back(cluster: Cluster) -> None:
    make(cluster)
    roll_out(cluster)
    set_image(cluster, "broken")
    set_image(cluster, "redis:7")
    assert images(cluster) == {"db-0": "redis:7", "db-1": "redis:7", "db-2": "broken"}
    cluster.delete(PODS, "db-2")
    cluster.run()
    assert images(cluster)["db-2"] == "redis:7"
    found = {
        r["data"]["spec"]["template"]["spec"]["containers"][0]["image"]: r["revision"]
        for r in cluster.list(CONTROLLER_REVISIONS)
    }
    assert found == {"broken": 2, "redis:7": 3}


def test_revisions_beyond_the_limit_go_but_those_of_pods(cluster: Cluster) -> None:
    make(cluster, 1, revisionHistoryLimit=1)
    for number in (8, 9, 10):
        roll_out(cluster)
        set_image(cluster, f"redis:{number}")
    roll_out(cluster)
    cluster.run()
    assert [r["revision"] for r in cluster.list(CONTROLLER_REVISIONS)] == [3, 4]


def test_min_ready_seconds_hold_up_the_next_pod(cluster: Cluster) -> None:
    make(cluster, 2, minReadySeconds=10)
    cluster.run_pods()
    assert names(cluster) == ["db-0"]
    assert (status_of(cluster)["readyReplicas"], status_of(cluster)["availableReplicas"]) == (1, 0)
    cluster.run(10)
    assert names(cluster) == ["db-0", "db-1"]
    assert status_of(cluster)["availableReplicas"] == 1


@pytest.mark.parametrize("phase", ["Failed", "Succeeded"])
def test_a_pod_that_ended_is_made_anew(cluster: Cluster, phase: str) -> None:
    make(cluster, 1)
    before = cluster.get(PODS, "db-0")
    cluster.set_status(before, {"phase": phase})
    cluster.run()
    assert cluster.get(PODS, "db-0")["metadata"]["uid"] != before["metadata"]["uid"]


def test_each_pod_gets_claims_that_outlive_it(cluster: Cluster) -> None:
    make(cluster, 2, volumeClaimTemplates=[CLAIM])
    roll_out(cluster)
    assert claims(cluster) == {"data-db-0": [], "data-db-1": []}
    assert cluster.get(PERSISTENT_VOLUME_CLAIMS, "data-db-0")["metadata"]["labels"] == {"app": "db", "size": "small"}
    volumes = cluster.get(PODS, "db-1")["spec"]["volumes"]
    assert volumes[0] == {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-1"}}
    assert messages(cluster)[:2] == [
        "Normal SuccessfulCreate: create Claim data-db-0 Pod db-0 in StatefulSet db success",
        "Normal SuccessfulCreate: create Pod db-0 in StatefulSet db successful",
    ]
    change(cluster, replicas=0)
    cluster.delete(STATEFUL_SETS, "db")
    cluster.run()
    assert list(claims(cluster)) == ["data-db-0", "data-db-1"]


def test_claims_go_with_the_pod_or_with_the_set(cluster: Cluster) -> None:
    make(cluster, 2, volumeClaimTemplates=[CLAIM], persistentVolumeClaimRetentionPolicy=DELETE)
    roll_out(cluster)
    assert claims(cluster) == {"data-db-0": ["StatefulSet"], "data-db-1": ["StatefulSet"]}
    change(cluster, replicas=1)
    assert claims(cluster) == {"data-db-0": ["StatefulSet"]}
    cluster.delete(STATEFUL_SETS, "db")
    cluster.run()
    assert claims(cluster) == {}


def test_another_policy_changes_the_owners_of_claims(cluster: Cluster) -> None:
    make(cluster, 1, volumeClaimTemplates=[CLAIM])
    roll_out(cluster)
    change(cluster, persistentVolumeClaimRetentionPolicy={"whenDeleted": "Delete"})
    assert claims(cluster) == {"data-db-0": ["StatefulSet"]}
    assert messages(cluster)[-1] == "Normal SuccessfulUpdate: update Pod db-0 in StatefulSet db successful"
    change(cluster, persistentVolumeClaimRetentionPolicy={"whenDeleted": "Retain"})
    assert claims(cluster) == {"data-db-0": []}


def test_a_claim_with_another_controller_is_left_alone(cluster: Cluster) -> None:
    owner = {"apiVersion": "example.com/v1", "kind": "Backup", "name": "b", "uid": "u9", "controller": True}
    cluster.create(PERSISTENT_VOLUME_CLAIMS, "data-db-0", {"spec": CLAIM["spec"]}, ownerReferences=[owner])
    make(cluster, 1, volumeClaimTemplates=[CLAIM], persistentVolumeClaimRetentionPolicy=DELETE)
    assert claims(cluster) == {"data-db-0": ["Backup"]}
    assert any(
        message.startswith("Warning ConflictingController: PersistentVolumeClaim data-db-0 has a conflicting OwnerReference")
        for message in messages(cluster)
    )


def test_what_cannot_be_made_is_told(cluster: Cluster) -> None:
    claim = {**CLAIM, "spec": {**CLAIM["spec"], "accessModes": []}}
    make(cluster, 1, volumeClaimTemplates=[claim])
    why = 'PersistentVolumeClaim "data-db-0" is invalid: spec.accessModes: Required value: at least 1 access mode is required'
    assert messages(cluster)[:2] == [
        f"Warning FailedCreate: create Claim data-db-0 for Pod db-0 in StatefulSet db failed error: {why}",
        f"Warning FailedCreate: create Pod db-0 in StatefulSet db failed error: failed to create PVC data-db-0: {why}",
    ]


def test_orphans_of_that_name_are_adopted(cluster: Cluster) -> None:
    make(cluster, 2)
    roll_out(cluster)
    before = {p["metadata"]["name"]: p["metadata"]["uid"] for p in cluster.list(PODS)}
    spec = cluster.get(STATEFUL_SETS, "db")["spec"]
    cluster.delete(STATEFUL_SETS, "db", "Orphan")
    cluster.run()
    cluster.add_pod("db-x", labels={"app": "db"})
    cluster.create(STATEFUL_SETS, "db", {"spec": spec})
    cluster.run()
    uid = cluster.get(STATEFUL_SETS, "db")["metadata"]["uid"]
    owners = {p["metadata"]["name"]: (p["metadata"].get("ownerReferences") or [{}])[0].get("uid") for p in cluster.list(PODS)}
    assert owners == {"db-0": uid, "db-1": uid, "db-x": None}
    assert {
        p["metadata"]["name"]: p["metadata"]["uid"] for p in cluster.list(PODS) if p["metadata"]["name"] in before
    } == before
    assert [r["metadata"]["ownerReferences"][0]["uid"] for r in cluster.list(CONTROLLER_REVISIONS)] == [uid]


def test_a_name_taken_by_another_revision_counts_as_a_collision(cluster: Cluster) -> None:
    make(cluster, 0)
    (revision,) = cluster.list(CONTROLLER_REVISIONS)
    cluster.delete(STATEFUL_SETS, "db")
    cluster.run()
    cluster.create(CONTROLLER_REVISIONS, revision["metadata"]["name"], {"data": {"other": "thing"}, "revision": 1})
    make(cluster, 0)
    assert status_of(cluster)["collisionCount"] == 1
    assert len(cluster.list(CONTROLLER_REVISIONS)) == 2
