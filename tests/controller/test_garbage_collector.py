"""Dependents go with, before or without their owners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import CONFIG_MAPS, DEPLOYMENTS, NAMESPACES, NODES, PODS, REPLICA_SETS
from tests.controller.harness import Cluster

Object = dict[str, Any]


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    return make_cluster("garbage_collector", "deployment", "replicaset")


def refer(owner: Object, **fields: Any) -> Object:
    metadata = owner["metadata"]
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        **fields,
    }


def add(cluster: Cluster, name: str, *owners: Object, **metadata: Any) -> Object:
    return cluster.create(
        CONFIG_MAPS, name, {}, ownerReferences=[refer(o, blockOwnerDeletion=True) for o in owners], **metadata
    )


def names(cluster: Cluster) -> list[str]:
    return sorted(o["metadata"]["name"] for o in cluster.list(CONFIG_MAPS))


def test_a_dependent_goes_when_its_last_owner_is_gone(cluster: Cluster) -> None:
    first, second = add(cluster, "first"), add(cluster, "second")
    child = add(cluster, "child", first)
    add(cluster, "both", first, second)
    add(cluster, "grandchild", child)
    cluster.run()
    assert names(cluster) == ["both", "child", "first", "grandchild", "second"]
    cluster.delete(CONFIG_MAPS, "first")
    cluster.run()
    assert names(cluster) == ["both", "second"]
    assert [r["name"] for r in cluster.get(CONFIG_MAPS, "both")["metadata"]["ownerReferences"]] == ["second"]
    cluster.delete(CONFIG_MAPS, "second")
    cluster.run()
    assert names(cluster) == []


@pytest.mark.parametrize(
    ("reference", "stays"),
    [
        pytest.param({"apiVersion": "v1", "kind": "ConfigMap", "name": "nobody", "uid": "x"}, False, id="never was"),
        pytest.param({"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "x"}, False, id="another uid"),
        pytest.param({"apiVersion": "example.com/v1", "kind": "Thing", "name": "owner", "uid": "x"}, True, id="unknown kind"),
    ],
)
def test_an_owner_that_cannot_be_found(cluster: Cluster, reference: Object, stays: bool) -> None:
    add(cluster, "owner")
    cluster.create(CONFIG_MAPS, "child", {}, ownerReferences=[reference])
    cluster.run()
    assert cluster.exists(CONFIG_MAPS, "child") is stays


def test_a_cluster_wide_owner(cluster: Cluster) -> None:
    add(cluster, "child", cluster.create(NODES, "n", {}))
    cluster.run()
    assert cluster.exists(CONFIG_MAPS, "child")
    cluster.delete(NODES, "n")
    cluster.run()
    assert not cluster.exists(CONFIG_MAPS, "child")


def test_orphans_stay_without_their_owner(cluster: Cluster) -> None:
    owner = add(cluster, "owner")
    other = add(cluster, "other")
    add(cluster, "child", owner)
    add(cluster, "both", owner, other)
    cluster.run()
    cluster.delete(CONFIG_MAPS, "owner", "Orphan")
    cluster.run()
    assert names(cluster) == ["both", "child", "other"]
    assert "ownerReferences" not in cluster.get(CONFIG_MAPS, "child")["metadata"]
    assert [r["name"] for r in cluster.get(CONFIG_MAPS, "both")["metadata"]["ownerReferences"]] == ["other"]


def test_foreground_deletion_waits_for_dependents_that_block(cluster: Cluster) -> None:
    owner = add(cluster, "owner")
    add(cluster, "blocking", owner, finalizers=["example.com/hold"])
    cluster.create(CONFIG_MAPS, "free", {}, ownerReferences=[refer(owner)])
    cluster.run()
    cluster.delete(CONFIG_MAPS, "owner", "Foreground")
    cluster.run()
    assert names(cluster) == ["blocking", "free", "owner"]
    assert cluster.get(CONFIG_MAPS, "owner")["metadata"]["finalizers"] == ["foregroundDeletion"]
    assert "deletionTimestamp" in cluster.get(CONFIG_MAPS, "blocking")["metadata"]
    cluster.patch(CONFIG_MAPS, "blocking", {"metadata": {"finalizers": None}})
    cluster.run()
    assert names(cluster) == []


def test_a_circle_is_deleted_all_the_same(cluster: Cluster) -> None:
    one = add(cluster, "one")
    two = add(cluster, "two", one)
    cluster.patch(CONFIG_MAPS, "one", {"metadata": {"ownerReferences": [refer(two, blockOwnerDeletion=True)]}})
    cluster.run()
    assert names(cluster) == ["one", "two"]
    cluster.delete(CONFIG_MAPS, "one", "Foreground")
    cluster.run(2000)
    assert names(cluster) == []


@pytest.mark.parametrize("policy", ["Background", "Foreground"])
def test_a_deployment_goes_with_all_it_made(cluster: Cluster, policy: str) -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    cluster.create(DEPLOYMENTS, "web", {"spec": {"replicas": 2, "selector": {"matchLabels": {"a": "b"}}, "template": template}})
    cluster.run()
    assert len(cluster.list(PODS)) == 2
    cluster.delete(DEPLOYMENTS, "web", policy)
    cluster.run()
    for resource in (DEPLOYMENTS, REPLICA_SETS, PODS):
        assert cluster.list(resource) == []


def test_orphaned_replica_sets_keep_their_pods(cluster: Cluster) -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    cluster.create(DEPLOYMENTS, "web", {"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template}})
    cluster.run()
    cluster.delete(DEPLOYMENTS, "web", "Orphan")
    cluster.run()
    assert [len(cluster.list(r)) for r in (DEPLOYMENTS, REPLICA_SETS, PODS)] == [0, 1, 1]


def test_what_happened_before_the_start_is_seen(cluster: Cluster) -> None:
    owner = add(cluster, "owner")
    add(cluster, "child", owner)
    cluster.delete(CONFIG_MAPS, "owner")
    cluster.manager.sync()
    cluster.run()
    assert names(cluster) == []


def test_an_owner_in_another_namespace_is_none_and_is_told(cluster: Cluster) -> None:
    cluster.create(NAMESPACES, "other", {})
    owner = cluster.create(CONFIG_MAPS, "owner", {}, "other")
    add(cluster, "child", owner)
    cluster.run()
    assert names(cluster) == []
    identity = f"[v1/ConfigMap, namespace: default, name: owner, uid: {owner['metadata']['uid']}]"
    message = f'ownerRef {identity} does not exist in namespace "default"'
    assert ("Warning", "OwnerRefInvalidNamespace", message) in cluster.events()
