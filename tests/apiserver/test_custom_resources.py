"""Custom resources as the API server serves them."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.request import APPLY_PATCH, JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, Request, Response
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
GROUP = "stable.example.com"
SPEC = {
    "type": "object",
    "required": ["cron"],
    "properties": {
        "cron": {"type": "string"},
        "replicas": {"type": "integer", "default": 1, "maximum": 10},
        "ports": {
            "type": "array",
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "n": {"type": "integer"}},
            },
        },
        "fixed": {"type": "string", "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "is immutable"}]},
    },
}
STATUS = {"type": "object", "properties": {"replicas": {"type": "integer"}, "selector": {"type": "string"}}}
V1 = {
    "name": "v1",
    "served": True,
    "storage": True,
    "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": SPEC, "status": STATUS}}},
    "subresources": {
        "status": {},
        "scale": {
            "specReplicasPath": ".spec.replicas",
            "statusReplicasPath": ".status.replicas",
            "labelSelectorPath": ".status.selector",
        },
    },
    "additionalPrinterColumns": [{"name": "Cron", "type": "string", "jsonPath": ".spec.cron"}],
    "selectableFields": [{"jsonPath": ".spec.cron"}],
}
OLD = {
    "name": "v1beta1",
    "served": True,
    "storage": False,
    "deprecated": True,
    "schema": {
        "openAPIV3Schema": {
            "type": "object",
            "properties": {"spec": {"type": "object", "properties": {"cron": {"type": "string"}}}},
        }
    },
}
CRD = {
    "metadata": {"name": f"crontabs.{GROUP}"},
    "spec": {
        "group": GROUP,
        "scope": "Namespaced",
        "names": {"plural": "crontabs", "singular": "crontab", "kind": "CronTab", "shortNames": ["ct"]},
        "versions": [V1, OLD],
    },
}


class Tabs:
    """Requests about crontabs in the namespace default."""

    def __init__(self, cluster: Cluster) -> None:
        self.server = cluster.server

    def send(self, verb: str, name: str = "", version: str = "v1", **more: Any) -> Response:
        return self.server.handle(Request(verb, GROUP, version, "crontabs", "default", name, **more))

    def create(self, spec: Object, name: str = "a", version: str = "v1", **more: str) -> Response:
        body = {"apiVersion": f"{GROUP}/{version}", "kind": "CronTab", "metadata": {"name": name}, "spec": spec}
        return self.send("create", version=version, body={**body, "status": {"replicas": 9}}, params=more)

    def patch(self, body: Any, content_type: str = MERGE_PATCH, **more: Any) -> Object:
        patched: Object = self.send("patch", "a", body=body, content_type=content_type, **more).object
        return patched


def define(cluster: Cluster, verb: str, name: str = "", **more: Any) -> Any:
    request = Request(verb, "apiextensions.k8s.io", "v1", "customresourcedefinitions", "", name, **more)
    return cluster.server.handle(request).object


@pytest.fixture
def tabs(cluster: Cluster) -> Tabs:
    define(cluster, "create", body=CRD)
    return Tabs(cluster)


def test_nothing_is_served_before_its_definition(cluster: Cluster) -> None:
    with pytest.raises(errors.NotFound, match="the server could not find the requested resource"):
        Tabs(cluster).send("list")


def test_a_new_object_has_defaults_a_generation_and_no_status(tabs: Tabs) -> None:
    created = tabs.create({"cron": "x"}).object
    assert (created["spec"], created["metadata"]["generation"]) == ({"cron": "x", "replicas": 1}, 1)
    assert "status" not in created


@pytest.mark.parametrize(
    ("validation", "warnings"),
    [("Warn", ('unknown field "spec.a"', 'unknown field "spec.b"')), ("Ignore", ())],
)
def test_unknown_fields_go(tabs: Tabs, validation: str, warnings: tuple[str, ...]) -> None:
    answer = tabs.create({"cron": "x", "b": 1, "a": 2}, fieldValidation=validation)
    assert (answer.object["spec"], answer.warnings) == ({"cron": "x", "replicas": 1}, warnings)


def test_unknown_fields_are_refused_where_asked_for(tabs: Tabs) -> None:
    why = 'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "spec.b"'
    with pytest.raises(errors.BadRequest) as refused:
        tabs.create({"cron": "x", "b": 1}, fieldValidation="Strict")
    assert refused.value.message == why


def test_values_are_judged(tabs: Tabs) -> None:
    with pytest.raises(errors.Invalid) as refused:
        tabs.create({"replicas": 50, "ports": [{"name": "a"}, {"name": "a"}]})
    fields = [cause["field"] for cause in (refused.value.details or {})["causes"]]
    assert fields == ["spec.cron", "spec.replicas", "spec.ports[1]", "<nil>"]


def test_rules_of_change_hold(tabs: Tabs) -> None:
    tabs.create({"cron": "x", "fixed": "1"})
    with pytest.raises(errors.Invalid, match=r'spec\.fixed: Invalid value: "string": is immutable'):
        tabs.patch({"spec": {"fixed": "2"}})


def test_another_version_shows_the_same_objects_by_its_own_schema(tabs: Tabs) -> None:
    tabs.create({"cron": "x"})
    answer = tabs.send("get", "a", version="v1beta1")
    assert (answer.object["apiVersion"], answer.object["spec"]) == (f"{GROUP}/v1beta1", {"cron": "x"})
    assert answer.warnings == (f"{GROUP}/v1beta1 CronTab is deprecated; use {GROUP}/v1 CronTab",)
    assert tabs.send("list", version="v1beta1").object["items"] == [answer.object]


def test_what_another_version_writes_is_stored_in_the_storage_version(tabs: Tabs) -> None:
    tabs.create({"cron": "x"}, version="v1beta1")
    assert tabs.send("get", "a").object["apiVersion"] == f"{GROUP}/v1"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (MERGE_PATCH, {"spec": {"cron": "y"}}),
        (JSON_PATCH, [{"op": "replace", "path": "/spec/cron", "value": "y"}]),
    ],
    ids=["merge", "json"],
)
def test_patches_count_generations(tabs: Tabs, content_type: str, body: Any) -> None:
    tabs.create({"cron": "x"})
    patched = tabs.patch(body, content_type)
    assert (patched["spec"]["cron"], patched["metadata"]["generation"]) == ("y", 2)


def test_there_is_no_strategic_merge(tabs: Tabs) -> None:
    tabs.create({"cron": "x"})
    with pytest.raises(errors.UnsupportedMediaType) as refused:
        tabs.patch({}, STRATEGIC_MERGE_PATCH)
    assert refused.value.message == (
        "the body of the request was in an unknown format - accepted media types include: "
        "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
    )


def test_appliers_own_items_of_lists_by_their_keys(tabs: Tabs) -> None:
    head = {"apiVersion": f"{GROUP}/v1", "kind": "CronTab", "metadata": {"name": "a"}}
    for manager, port in (("one", "web"), ("two", "api")):
        body = {**head, "spec": {"cron": "x", "ports": [{"name": port, "n": 1}]}}
        applied = tabs.patch(body, APPLY_PATCH, params={"fieldManager": manager})
    assert [port["name"] for port in applied["spec"]["ports"]] == ["web", "api"]


def test_the_status_is_written_apart(tabs: Tabs) -> None:
    tabs.create({"cron": "x"})
    changed = tabs.patch({"status": {"replicas": 4}, "spec": {"cron": "z"}}, subresource="status")
    assert (changed["status"], changed["spec"]["cron"], changed["metadata"]["generation"]) == ({"replicas": 4}, "x", 1)


def test_scale(tabs: Tabs) -> None:
    tabs.create({"cron": "x"})
    tabs.patch({"status": {"replicas": 4, "selector": "a=b"}}, subresource="status")
    scaled = tabs.patch({"spec": {"replicas": 3}}, subresource="scale")
    assert (scaled["spec"], scaled["status"]) == ({"replicas": 3}, {"replicas": 4, "selector": "a=b"})
    assert tabs.send("get", "a").object["spec"]["replicas"] == 3


def test_tables_and_fields_are_the_definitions(tabs: Tabs) -> None:
    for name in ("x", "y"):
        tabs.create({"cron": name}, name)
    table = tabs.send("list", table=True, params={"fieldSelector": "spec.cron=y"}).object
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Cron"]
    assert [row["cells"] for row in table["rows"]] == [["y", "y"]]
    with pytest.raises(errors.BadRequest, match=r"field label not supported: spec\.replicas"):
        tabs.send("list", params={"fieldSelector": "spec.replicas=1"})


def test_a_changed_definition_is_in_force_at_once(tabs: Tabs, cluster: Cluster) -> None:
    tabs.create({"cron": "x"})
    patch = [
        {
            "op": "add",
            "path": "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/more",
            "value": {"type": "string"},
        }
    ]
    define(cluster, "patch", f"crontabs.{GROUP}", body=patch, content_type=JSON_PATCH)
    assert tabs.patch({"spec": {"more": "m"}})["spec"]["more"] == "m"


def test_a_definition_on_its_way_out_lets_nothing_new_in(tabs: Tabs, cluster: Cluster) -> None:
    tabs.create({"cron": "x"})
    crd = define(cluster, "delete", f"crontabs.{GROUP}")
    assert crd["metadata"]["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"]
    assert crd["status"]["conditions"][0]["reason"] == "InstanceDeletionPending"
    with pytest.raises(errors.Forbidden, match="create not allowed while custom resource definition is terminating"):
        tabs.create({"cron": "y"}, "b")
    assert tabs.send("get", "a").object["spec"]["cron"] == "x"


def test_odd_finalizers_are_warned_of(tabs: Tabs) -> None:
    tabs.create({"cron": "x"})
    answer = tabs.send("patch", "a", body={"metadata": {"finalizers": ["mine"]}}, content_type=MERGE_PATCH)
    assert answer.warnings == (
        'metadata.finalizers: "mine": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers',
    )
