"""Deletion: at once, gracefully, held back by finalizers, or refused."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.request import MERGE_PATCH, Request
from minikube_py.component_base.clock import FakeClock, format_rfc3339
from tests.apiserver.conftest import GROUPS, Cluster

Object = dict[str, Any]
POD = {"spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def delete(cluster: Cluster, name: str, resource: str = "configmaps", params: Object | None = None, **options: Any) -> Object:
    request = Request(
        "delete", GROUPS.get(resource, ""), "v1", resource, "default", name, params=params or {}, body=options or None
    )
    answer: Object = cluster.server.handle(request).object
    return answer


def exists(cluster: Cluster, name: str, resource: str = "configmaps") -> bool:
    try:
        cluster.get(resource, name)
    except errors.NotFound:
        return False
    return True


def make_map(cluster: Cluster, name: str = "m", **metadata: Any) -> Object:
    return cluster.create("configmaps", {"metadata": {"name": name, **metadata}})


def make_pod(cluster: Cluster, node: str = "n1", phase: str = "Running", **spec: Any) -> Object:
    cluster.create("pods", {"metadata": {"name": "p"}, "spec": {**POD["spec"], "nodeName": node, **spec}})
    return cluster.patch("pods", "p", {"status": {"phase": phase}}, subresource="status")


def drop_finalizers(cluster: Cluster, name: str = "m", resource: str = "configmaps") -> Object:
    body = {"metadata": {"finalizers": None}}
    request = Request("patch", "", "v1", resource, "default", name, body=body, content_type=MERGE_PATCH)
    answer: Object = cluster.server.handle(request).object
    return answer


def test_most_objects_go_at_once(cluster: Cluster) -> None:
    made = make_map(cluster)
    assert delete(cluster, "m") == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {"name": "m", "kind": "configmaps", "uid": made["metadata"]["uid"]},
    }
    assert not exists(cluster, "m")
    with pytest.raises(errors.NotFound, match=r'^configmaps "m" not found$'):
        delete(cluster, "m")


@pytest.mark.parametrize(
    ("options", "params", "spec", "grace"),
    [
        ({}, {}, {}, 30),
        ({}, {}, {"terminationGracePeriodSeconds": 5}, 5),
        ({"gracePeriodSeconds": 7}, {}, {"terminationGracePeriodSeconds": 5}, 7),
        ({}, {"gracePeriodSeconds": "9"}, {}, 9),
    ],
    ids=["default", "of the pod", "of the request", "in the query"],
)
def test_a_running_pod_waits_for_its_kubelet(
    cluster: Cluster, clock: FakeClock, options: Object, params: Object, spec: Object, grace: int
) -> None:
    make_pod(cluster, **spec)
    for _ in range(2):  # asked again, nothing changes
        metadata = delete(cluster, "p", "pods", params, **options)["metadata"]
        assert metadata["deletionGracePeriodSeconds"] == grace
        assert metadata["deletionTimestamp"] == format_rfc3339(clock.now() + grace)
    delete(cluster, "p", "pods", gracePeriodSeconds=0)
    assert not exists(cluster, "p", "pods")


def test_a_second_deletion_can_only_hasten(cluster: Cluster, clock: FakeClock) -> None:
    make_pod(cluster)
    delete(cluster, "p", "pods", gracePeriodSeconds=20)
    clock.advance(5)
    sooner = delete(cluster, "p", "pods", gracePeriodSeconds=10)["metadata"]
    assert sooner["deletionTimestamp"] == format_rfc3339(clock.now() - 5 + 10)
    assert delete(cluster, "p", "pods", gracePeriodSeconds=100)["metadata"] == sooner


@pytest.mark.parametrize(("node", "phase"), [("", "Pending"), ("n1", "Succeeded"), ("n1", "Failed")])
def test_a_pod_that_nobody_must_end_goes_at_once(cluster: Cluster, node: str, phase: str) -> None:
    make_pod(cluster, node, phase)
    assert delete(cluster, "p", "pods")["metadata"]["deletionGracePeriodSeconds"] == 0
    assert not exists(cluster, "p", "pods")


def test_finalizers_hold_an_object_back(cluster: Cluster) -> None:
    make_map(cluster, finalizers=["example.com/a"])
    begun = delete(cluster, "m")
    assert begun["metadata"]["deletionTimestamp"]
    assert begun["metadata"]["deletionGracePeriodSeconds"] == 0
    assert delete(cluster, "m")["metadata"]["resourceVersion"] == begun["metadata"]["resourceVersion"]
    with pytest.raises(errors.StatusError):
        cluster.patch("configmaps", "m", {"metadata": {"finalizers": ["example.com/a", "example.com/late"]}})
    drop_finalizers(cluster)
    assert not exists(cluster, "m")


def test_a_pod_with_finalizers_outlives_its_grace(cluster: Cluster) -> None:
    make_pod(cluster)
    cluster.patch("pods", "p", {"metadata": {"finalizers": ["example.com/a"]}})
    delete(cluster, "p", "pods")
    delete(cluster, "p", "pods", gracePeriodSeconds=0)
    assert exists(cluster, "p", "pods")
    drop_finalizers(cluster, "p", "pods")
    assert not exists(cluster, "p", "pods")


def test_taking_finalizers_off_a_living_object_deletes_nothing(cluster: Cluster) -> None:
    make_map(cluster, finalizers=["example.com/a"])
    drop_finalizers(cluster)
    assert exists(cluster, "m")


@pytest.mark.parametrize(
    ("options", "finalizers"),
    [
        ({"propagationPolicy": "Foreground"}, ["foregroundDeletion"]),
        ({"propagationPolicy": "Orphan"}, ["orphan"]),
        ({"orphanDependents": True}, ["orphan"]),
        ({"propagationPolicy": "Background"}, None),
        ({"orphanDependents": False}, None),
    ],
)
def test_the_policy_is_left_to_the_garbage_collector(cluster: Cluster, options: Object, finalizers: list[str] | None) -> None:
    make_map(cluster)
    answer = delete(cluster, "m", **options)
    assert answer.get("metadata", {}).get("finalizers") == finalizers
    assert exists(cluster, "m") == bool(finalizers)


def test_an_unknown_policy_is_refused(cluster: Cluster) -> None:
    make_map(cluster)
    with pytest.raises(errors.Invalid) as refusal:
        delete(cluster, "m", propagationPolicy="Sideways")
    assert refusal.value.message.endswith(
        'propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"'
    )
    assert exists(cluster, "m")


@pytest.mark.parametrize("field", ["uid", "resourceVersion"])
def test_preconditions(cluster: Cluster, field: str) -> None:
    made = make_map(cluster)
    with pytest.raises(
        errors.Conflict,
        match=r"^Operation cannot be fulfilled on ConfigMap \"m\": the (UID|ResourceVersion) in the precondition \(other\) does not match",
    ):
        delete(cluster, "m", preconditions={field: "other"})
    assert exists(cluster, "m")
    delete(cluster, "m", preconditions={field: made["metadata"][field]})
    assert not exists(cluster, "m")


def test_of_a_limited_collection_one_page_is_deleted(cluster: Cluster) -> None:
    for name in "abc":
        make_map(cluster, name)
    request = Request("deletecollection", "", "v1", "configmaps", "default", params={"limit": "2"})
    answer = cluster.server.handle(request).object
    assert [item["metadata"]["name"] for item in answer["items"]] == ["a", "b"]
    assert [exists(cluster, name) for name in "abc"] == [False, False, True]
    rest = request._replace(params={"continue": answer["metadata"]["continue"]})
    assert [item["metadata"]["name"] for item in cluster.server.handle(rest).object["items"]] == ["c"]
    assert not exists(cluster, "c")


def test_a_collection_is_deleted_by_selectors(cluster: Cluster) -> None:
    for name, tier in (("a", "x"), ("b", "y"), ("c", "x")):
        make_map(cluster, name, labels={"tier": tier})
    request = Request("deletecollection", "", "v1", "configmaps", "default", params={"labelSelector": "tier=x"})
    deleted = cluster.server.handle(request).object
    assert [o["metadata"]["name"] for o in deleted["items"]] == ["a", "c"]
    assert [name for name in "abc" if exists(cluster, name)] == ["b"]


def test_watchers_are_told_the_last_state(cluster: Cluster) -> None:
    make_map(cluster, labels={"a": "b"})
    watch = cluster.server.open_watch(
        Request("watch", "", "v1", "configmaps", "default", params={"resourceVersion": _now(cluster)})
    )
    delete(cluster, "m")
    (event,) = watch.poll()
    assert (event.type, event.object["metadata"]["labels"]) == ("DELETED", {"a": "b"})
    assert event.object["metadata"]["resourceVersion"] == _now(cluster)


def _now(cluster: Cluster) -> str:
    return str(cluster.server.store.current_revision())


def test_a_dry_run_of_the_options_deletes_nothing(cluster: Cluster) -> None:
    """kubectl asks for it in the body, and only there."""
    make_map(cluster)
    delete(cluster, "m", dryRun=["All"])
    assert exists(cluster, "m")


def test_another_dry_run_than_all_is_refused(cluster: Cluster) -> None:
    make_map(cluster)
    with pytest.raises(errors.Invalid, match="dryRun"):
        delete(cluster, "m", dryRun=["Some"])
    assert exists(cluster, "m")
