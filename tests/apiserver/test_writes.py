"""create, update, patch and apply: what the server owns, what it refuses, what leaves no trace."""

from __future__ import annotations

import re
from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.request import APPLY_PATCH, JSON_PATCH, MERGE_PATCH, Request, Response
from minikube_py.component_base.clock import FakeClock, format_rfc3339
from tests.apiserver.conftest import GROUPS, Cluster

Object = dict[str, Any]
POD_TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def send(cluster: Cluster, verb: str, name: str = "", body: Any = None, resource: str = "configmaps", **more: Any) -> Response:
    more.setdefault("namespace", "default")
    return cluster.server.handle(Request(verb, GROUPS.get(resource, ""), "v1", resource, name=name, body=body, **more))


def make_map(name: str, **data: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def make_deployment(name: str = "web", **spec: Any) -> Object:
    return {"metadata": {"name": name}, "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": POD_TEMPLATE, **spec}}


def test_the_server_gives_uid_time_and_revision(cluster: Cluster, clock: FakeClock) -> None:
    asked = make_map("m", a="b")
    asked["metadata"] |= {"uid": "mine", "creationTimestamp": "2001-01-01T00:00:00Z", "generation": 7, "selfLink": "x"}
    metadata = cluster.create("configmaps", asked)["metadata"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", metadata["uid"])
    assert metadata["creationTimestamp"] == format_rfc3339(clock.now())
    assert metadata["resourceVersion"] == str(cluster.server.store.current_revision())
    assert {"generation", "selfLink"} & set(metadata) == set()
    assert cluster.get("configmaps", "m")["metadata"] == metadata


def test_generated_names_keep_their_prefix(cluster: Cluster) -> None:
    made = [send(cluster, "create", body={"metadata": {"generateName": "job-"}}).object["metadata"] for _ in range(3)]
    assert all(re.fullmatch(r"job-[bcdfghjklmnpqrstvwxz2456789]{5}", m["name"]) for m in made)
    assert len({m["name"] for m in made}) == 3
    assert {m["generateName"] for m in made} == {"job-"}


@pytest.mark.parametrize(
    ("body", "params", "error", "text"),
    [
        ({"metadata": {"name": "there"}}, {}, errors.AlreadyExists, 'configmaps "there" already exists'),
        ({"metadata": {}}, {}, errors.Invalid, "name or generateName is required"),
        ({"metadata": {"name": "Bad"}}, {}, errors.Invalid, "a lowercase RFC 1123 subdomain must consist of"),
        ({"metadata": {"name": "m", "namespace": "x"}}, {}, errors.BadRequest, "does not match the namespace sent on the request"),
        ({"metadata": {"name": "m", "resourceVersion": "1"}}, {}, errors.StatusError, "resourceVersion should not be set"),
        ({"kind": "Pod", "metadata": {"name": "m"}}, {}, errors.BadRequest, "Pod in version \"v1\" cannot be handled as a ConfigMap"),
        ({"metadata": {"name": "m"}, "dat": {}}, {"fieldValidation": "Strict"}, errors.BadRequest, 'strict decoding error: unknown field "dat"'),
        ({"metadata": {"name": "m"}, "data": {"a": 1}}, {}, errors.BadRequest, "cannot unmarshal number into Go struct field"),
        ({"metadata": {"name": "m"}}, {"dryRun": "Some"}, errors.Invalid, 'dryRun: Unsupported value: []string{"Some"}: supported values: "All"'),
        ([], {}, errors.BadRequest, "must be of type ConfigMap"),
    ],
)  # fmt: skip
def test_what_cannot_be_created(
    cluster: Cluster, body: Any, params: dict[str, str], error: type[errors.StatusError], text: str
) -> None:
    cluster.create("configmaps", make_map("there"))
    before = cluster.server.store.current_revision()
    with pytest.raises(error) as refusal:
        send(cluster, "create", body=body, params=params)
    assert text in refusal.value.message
    assert cluster.server.store.current_revision() == before


def test_unknown_fields_are_warned_of_or_dropped(cluster: Cluster) -> None:
    warned = send(cluster, "create", body={**make_map("a"), "dat": {}}, params={"fieldValidation": "Warn"})
    ignored = send(cluster, "create", body={**make_map("b"), "dat": {}}, params={"fieldValidation": "Ignore"})
    assert (warned.warnings, ignored.warnings) == (('unknown field "dat"',), ())
    assert "dat" not in warned.object
    assert "dat" not in ignored.object


def test_namespaces_must_be_there_and_stay(cluster: Cluster) -> None:
    with pytest.raises(errors.NotFound, match=r'^namespaces "away" not found$'):
        cluster.create("configmaps", make_map("m"), "away")
    cluster.create("namespaces", {"metadata": {"name": "leaving"}})
    cluster.delete("namespaces", "leaving")
    with pytest.raises(errors.Forbidden, match="because it is being terminated"):
        cluster.create("configmaps", make_map("m"), "leaving")


def test_generation_counts_changes_of_the_spec_only(cluster: Cluster) -> None:
    generations = [cluster.create("deployments", {**make_deployment(), "status": {"replicas": 5}})["metadata"]["generation"]]
    for body, subresource in (
        ({"metadata": {"labels": {"a": "b"}}}, ""),
        ({"status": {"replicas": 1}}, "status"),
        ({"spec": {"replicas": 1}}, ""),
        ({"spec": {"replicas": 3}}, ""),
        ({"spec": {"replicas": 9}}, "status"),
    ):
        generations.append(cluster.patch("deployments", "web", body, subresource=subresource)["metadata"]["generation"])
    assert generations == [1, 1, 1, 1, 2, 2]
    assert cluster.get("deployments", "web")["spec"]["replicas"] == 3


def test_status_is_written_only_through_its_subresource(cluster: Cluster) -> None:
    created = cluster.create("deployments", {**make_deployment(), "status": {"replicas": 5}})
    assert not created.get("status")
    cluster.patch("deployments", "web", {"status": {"replicas": 2}}, subresource="status")
    assert cluster.patch("deployments", "web", {"status": {"replicas": 7}})["status"] == {"replicas": 2}


def test_an_update_replaces_and_keeps_what_the_server_owns(cluster: Cluster) -> None:
    created = cluster.create("configmaps", make_map("m", a="1", b="2"))
    updated = send(cluster, "update", "m", make_map("m", b="3")).object
    assert updated["data"] == {"b": "3"}
    for field in ("uid", "creationTimestamp", "namespace"):
        assert updated["metadata"][field] == created["metadata"][field]
    assert int(updated["metadata"]["resourceVersion"]) > int(created["metadata"]["resourceVersion"])


def test_an_update_of_an_older_state_is_a_conflict(cluster: Cluster) -> None:
    old = cluster.create("configmaps", make_map("m"))
    send(cluster, "update", "m", make_map("m", a="1"))
    with pytest.raises(errors.Conflict) as refusal:
        send(cluster, "update", "m", {**old, "data": {"a": "2"}})
    assert refusal.value.message == (
        'Operation cannot be fulfilled on configmaps "m": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    assert cluster.get("configmaps", "m")["data"] == {"a": "1"}


@pytest.mark.parametrize(
    ("name", "body", "error"),
    [
        ("absent", make_map("absent"), errors.NotFound),
        ("m", make_map("other"), errors.BadRequest),
        ("m", {"metadata": {"name": "m", "uid": "other"}}, errors.Conflict),
        ("m", {"metadata": {"name": "m", "namespace": "other"}}, errors.BadRequest),
    ],
    ids=["absent", "another name", "another uid", "another namespace"],
)
def test_what_cannot_be_updated(cluster: Cluster, name: str, body: Object, error: type[errors.StatusError]) -> None:
    cluster.create("configmaps", make_map("m"))
    with pytest.raises(error):
        send(cluster, "update", name, body)


@pytest.mark.parametrize("manager", ["one", "two"])
def test_an_update_that_changes_nothing_writes_nothing(cluster: Cluster, clock: FakeClock, manager: str) -> None:
    created = cluster.create("configmaps", make_map("m", a="1"), fieldManager="one")
    clock.advance(60)
    revision = cluster.server.store.current_revision()
    again = send(cluster, "update", "m", make_map("m", a="1"), params={"fieldManager": manager}).object
    patched = send(
        cluster, "patch", "m", {"data": {"a": "1"}}, content_type=MERGE_PATCH, params={"fieldManager": manager}
    ).object
    assert (
        again["metadata"]["resourceVersion"] == patched["metadata"]["resourceVersion"] == created["metadata"]["resourceVersion"]
    )
    assert cluster.server.store.current_revision() == revision


@pytest.mark.parametrize("verb", ["create", "update", "patch", "apply", "delete", "deletecollection"])
def test_a_dry_run_leaves_no_trace(cluster: Cluster, verb: str) -> None:
    before = cluster.create("configmaps", make_map("m", a="1"))
    revision = cluster.server.store.current_revision()
    params = {"dryRun": "All", "fieldManager": "test"}
    if verb == "create":
        answer = send(cluster, verb, body=make_map("new", a="2"), params=params).object
        assert (answer["metadata"]["name"], "resourceVersion" in answer["metadata"]) == ("new", False)
    elif verb in ("update", "patch", "apply"):
        kind = {"patch": MERGE_PATCH, "apply": APPLY_PATCH}.get(verb, "application/json")
        method = "patch" if verb == "apply" else verb
        params |= {"force": "true"} if verb == "apply" else {}
        answer = send(cluster, method, "m", make_map("m", a="2"), content_type=kind, params=params).object
        assert answer["data"] == {"a": "2"}
    else:
        send(cluster, verb, "m" if verb == "delete" else "", params=params)
    assert cluster.server.store.current_revision() == revision
    assert cluster.server.store.changes(revision) == []
    assert cluster.get("configmaps", "m") == before
    with pytest.raises(errors.NotFound):
        cluster.get("configmaps", "new")


@pytest.mark.parametrize(
    ("kind", "body", "data"),
    [
        (MERGE_PATCH, {"data": {"a": None, "b": "3"}}, {"b": "3"}),
        (JSON_PATCH, [{"op": "replace", "path": "/data/a", "value": "x"}], {"a": "x", "b": "2"}),
        ("application/strategic-merge-patch+json", {"data": {"c": "4"}}, {"a": "1", "b": "2", "c": "4"}),
    ],
    ids=["merge", "json", "strategic"],
)
def test_patches(cluster: Cluster, kind: str, body: Any, data: Object) -> None:
    cluster.create("configmaps", make_map("m", a="1", b="2"))
    assert send(cluster, "patch", "m", body, content_type=kind).object["data"] == data


@pytest.mark.parametrize(
    ("kind", "body", "error", "text"),
    [
        ("text/plain", {}, errors.UnsupportedMediaType, "accepted media types include: application/json-patch+json"),
        (MERGE_PATCH, [], errors.BadRequest, "cannot unmarshal array"),
        (MERGE_PATCH, {"metadata": {"name": "other"}}, errors.BadRequest, "does not match the name on the URL"),
        (MERGE_PATCH, {"metadata": {"resourceVersion": "1"}}, errors.Conflict, "the object has been modified"),
        (MERGE_PATCH, {"data": {"a": 1}}, errors.Invalid, "cannot unmarshal number"),
        (
            JSON_PATCH,
            [{"op": "remove", "path": "/data/none"}],
            errors.Invalid,
            "the server rejected our request due to an error",
        ),
    ],
    ids=["media type", "not an object", "another name", "older version", "wrong type", "nothing to remove"],
)
def test_patches_that_are_refused(cluster: Cluster, kind: str, body: Any, error: type[errors.StatusError], text: str) -> None:
    before = cluster.create("configmaps", make_map("m", a="1"))
    with pytest.raises(error) as refusal:
        send(cluster, "patch", "m", body, content_type=kind)
    assert text in refusal.value.message
    assert cluster.get("configmaps", "m") == before


def apply(cluster: Cluster, manager: str, body: Object, **params: str) -> Response:
    name = body["metadata"]["name"]
    return send(cluster, "patch", name, body, content_type=APPLY_PATCH, params={"fieldManager": manager, **params})


def test_apply_creates_changes_and_lets_go(cluster: Cluster) -> None:
    first = apply(cluster, "one", make_map("m", a="1", b="2"))
    assert first.created
    apply(cluster, "two", make_map("m", c="3"))
    assert apply(cluster, "one", make_map("m", a="1")).object["data"] == {"a": "1", "c": "3"}
    managers = {e["manager"]: e["operation"] for e in cluster.get("configmaps", "m")["metadata"]["managedFields"]}
    assert managers == {"one": "Apply", "two": "Apply"}


def test_apply_of_anothers_field_is_a_conflict_unless_forced(cluster: Cluster) -> None:
    apply(cluster, "one", make_map("m", a="1"))
    with pytest.raises(errors.Conflict, match='conflict with "one"'):
        apply(cluster, "two", make_map("m", a="2"))
    assert cluster.get("configmaps", "m")["data"] == {"a": "1"}
    assert apply(cluster, "two", make_map("m", a="2"), force="true").object["data"] == {"a": "2"}


def test_apply_needs_a_manager(cluster: Cluster) -> None:
    with pytest.raises(errors.Invalid, match="fieldManager: Required value: is required for apply patch"):
        apply(cluster, "", make_map("m"))


def test_a_batch_keeps_what_succeeded(cluster: Cluster) -> None:
    with cluster.server.batch():
        cluster.create("configmaps", make_map("a"))
        with pytest.raises(errors.AlreadyExists):
            cluster.create("configmaps", make_map("a"))
        cluster.create("configmaps", make_map("b"))
    assert [cluster.get("configmaps", name)["metadata"]["name"] for name in "ab"] == ["a", "b"]


@pytest.mark.parametrize(
    ("verb", "resource", "subresource", "error"),
    [
        ("create", "nonsense", "", errors.NotFound),
        ("get", "configmaps", "scale", errors.NotFound),
        ("explode", "configmaps", "", errors.MethodNotAllowed),
    ],
)
def test_what_is_not_served(
    cluster: Cluster, verb: str, resource: str, subresource: str, error: type[errors.StatusError]
) -> None:
    cluster.create("configmaps", make_map("m"))
    with pytest.raises(error):
        send(cluster, verb, "m", make_map("m"), resource=resource, subresource=subresource)


def test_quantities_are_answered_in_one_form_and_refused_as_written(cluster: Cluster) -> None:
    limits = {"cpu": 0.25, "memory": "1024Mi"}
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "x", "resources": {"limits": limits}}]}}
    resources = cluster.create("pods", pod)["spec"]["containers"][0]["resources"]
    assert resources["limits"] == {"cpu": "250m", "memory": "1Gi"}
    assert {type(amount) for part in resources.values() for amount in part.values()} == {str}
    limits["example.com/gpu"] = "0.5"
    with pytest.raises(errors.Invalid, match=r"int64Amount\{value:5, scale:-1\}"):
        cluster.create("pods", {**pod, "metadata": {"name": "q"}})
