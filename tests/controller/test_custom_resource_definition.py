"""Definitions are established, own their names, and take their objects with them; other controllers know those objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import (
    API_SERVICES,
    CONFIG_MAPS,
    FLOW_SCHEMAS,
    NAMESPACES,
    PRIORITY_LEVELS,
    RESOURCE_QUOTAS,
    Resource,
)
from minikube_py.client.resources import CUSTOM_RESOURCE_DEFINITIONS as CRDS
from minikube_py.controller.custom_resource_definition import judge_names
from minikube_py.controller.namespace import GRACE
from tests.controller.harness import Cluster

Object = dict[str, Any]
BARS = Resource("example.com", "v1", "bars", "Bar")
SCHEMA = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
SPEC = {
    "group": "example.com",
    "scope": "Namespaced",
    "names": {"plural": "bars", "singular": "bar", "kind": "Bar", "listKind": "BarList", "shortNames": ["b"]},
    "versions": [{"name": "v1", "served": True, "storage": True, "schema": SCHEMA}],
}
CONTROLLERS = ("namespace", "custom_resource_definition", "garbage_collector", "resourcequota", "autoregister")


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    made = make_cluster(*CONTROLLERS)
    made.create(CRDS, "bars.example.com", {"spec": SPEC})
    made.run()
    return made


def reasons(crd: Object) -> dict[str, str]:
    return {condition["type"]: condition["reason"] for condition in crd["status"]["conditions"]}


def test_a_definition_is_established(cluster: Cluster) -> None:
    crd = cluster.get(CRDS, "bars.example.com")
    assert crd["status"]["acceptedNames"] == SPEC["names"]
    assert reasons(crd) == {"NamesAccepted": "NoConflicts", "Established": "InitialNamesAccepted"}
    assert cluster.get(API_SERVICES, "v1.example.com")["spec"]["groupPriorityMinimum"] == 1000


@pytest.mark.parametrize(
    ("names", "reason", "message"),
    [
        ({"plural": "foos", "kind": "Bar", "listKind": "FooList"}, "KindConflict", '"Bar" is already in use'),
        (
            {"plural": "foos", "kind": "Foo", "listKind": "FooList", "shortNames": ["b"]},
            "ShortNamesConflict",
            '"b" is already in use',
        ),
        (
            {"plural": "foos", "singular": "bar", "kind": "Foo", "listKind": "FooList"},
            "SingularConflict",
            '"bar" is already in use',
        ),
    ],
)
def test_names_that_another_definition_has(names: Object, reason: str, message: str) -> None:
    other = {"spec": SPEC, "status": {"acceptedNames": SPEC["names"]}}
    crd: Object = {"spec": {"group": "example.com", "names": names}, "status": {}}
    judge_names(crd, [other], "2026-11-21T08:00:00Z")
    accepted, established = crd["status"]["conditions"]
    assert (accepted["status"], accepted["reason"], accepted["message"]) == ("False", reason, message)
    assert (established["status"], established["reason"]) == ("False", "NotAccepted")


def test_a_definition_goes_with_its_objects(cluster: Cluster) -> None:
    cluster.create(BARS, "one", {})
    cluster.delete(CRDS, "bars.example.com")
    cluster.run()
    assert not cluster.exists(CRDS, "bars.example.com")
    assert not cluster.exists(API_SERVICES, "v1.example.com")
    cluster.create(CRDS, "bars.example.com", {"spec": SPEC})
    assert cluster.list(BARS) == []


def test_a_definition_waits_for_objects_that_are_held(cluster: Cluster) -> None:
    cluster.create(BARS, "held", {}, finalizers=["example.com/hold"])
    cluster.delete(CRDS, "bars.example.com")
    cluster.run()
    assert reasons(cluster.get(CRDS, "bars.example.com"))["Terminating"] == "InstanceDeletionInProgress"
    cluster.patch(BARS, "held", {"metadata": {"finalizers": None}})
    cluster.run()
    assert not cluster.exists(CRDS, "bars.example.com")


def test_custom_resources_own_and_are_owned(cluster: Cluster) -> None:
    owner = cluster.create(BARS, "owner", {})
    reference = {"apiVersion": "example.com/v1", "kind": "Bar", "name": "owner", "uid": owner["metadata"]["uid"]}
    cluster.create(CONFIG_MAPS, "child", {}, ownerReferences=[reference])
    cluster.create(BARS, "heir", {}, ownerReferences=[reference])
    cluster.run()
    cluster.delete(BARS, "owner")
    cluster.run()
    assert not cluster.exists(CONFIG_MAPS, "child")
    assert not cluster.exists(BARS, "heir")


def test_a_namespace_takes_its_custom_resources_with_it(cluster: Cluster) -> None:
    cluster.create(NAMESPACES, "short", {})
    cluster.create(BARS, "one", {}, "short")
    cluster.delete(NAMESPACES, "short")
    cluster.run()
    cluster.run(GRACE)
    assert not cluster.exists(NAMESPACES, "short")
    assert cluster.list(BARS, namespace="short") == []


def test_quotas_count_custom_resources(cluster: Cluster) -> None:
    cluster.create(BARS, "one", {})
    cluster.create(RESOURCE_QUOTAS, "q", {"spec": {"hard": {"count/bars.example.com": "5"}}})
    cluster.run()
    assert cluster.get(RESOURCE_QUOTAS, "q")["status"]["used"] == {"count/bars.example.com": "1"}
    cluster.delete(BARS, "one")
    cluster.run()
    assert cluster.get(RESOURCE_QUOTAS, "q")["status"]["used"] == {"count/bars.example.com": "0"}


def test_every_cluster_has_flow_schemas_whose_levels_exist(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster("autoregister", "flowcontrol")
    cluster.create(NAMESPACES, "kube-system", {})
    cluster.run()
    schemas = cluster.list(FLOW_SCHEMAS)
    levels = {level["metadata"]["name"] for level in cluster.list(PRIORITY_LEVELS)}
    assert {"exempt", "catch-all", "global-default"} <= {schema["metadata"]["name"] for schema in schemas}
    assert {schema["spec"]["priorityLevelConfiguration"]["name"] for schema in schemas} <= levels
    assert {schema["status"]["conditions"][0]["status"] for schema in schemas} == {"False"}
    assert cluster.get(API_SERVICES, "v1.")["status"]["conditions"][0]["reason"] == "Local"
