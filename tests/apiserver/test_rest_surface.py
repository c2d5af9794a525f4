"""What unusual requests are answered: each row is what kube-apiserver 1.33 says, by its handlers and registries."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minikube_py.apimachinery.errors import StatusError
from minikube_py.client.http_message import HttpRequest
from minikube_py.client.request import MERGE_PATCH, OWNER
from minikube_py.client.transport import exchange
from minikube_py.client.transport.local import LocalTransport
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
MAPS, PODS = "/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/pods"
DEPLOYMENTS, ACCOUNTS = "/apis/apps/v1/namespaces/default/deployments", "/api/v1/namespaces/default/serviceaccounts"
NOT_ALLOWED = "the server does not allow this method on the requested resource"
NOT_SERVED = "the server could not find the requested resource"
OTHER_NAMESPACE = "the namespace of the provided object does not match the namespace sent on the request"
NAMELESS = "the name of the object ({} based on URL) was undeterminable: name must be provided"
CONTAINERS = [{"name": "c", "image": "nginx"}]
TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": CONTAINERS}}
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


@pytest.fixture
def surface(cluster: Cluster) -> Cluster:
    """A cluster with an object of some kinds."""
    cluster.create("configmaps", {"metadata": {"name": "m", "labels": {"n": "1"}}})
    cluster.create("pods", {"metadata": {"name": "p"}, "spec": {"containers": CONTAINERS}})
    spec = {"replicas": 3, "selector": {"matchLabels": {"a": "b"}}, "template": TEMPLATE}
    cluster.create("deployments", {"metadata": {"name": "d"}, "spec": spec})
    return cluster


def ask(cluster: Cluster, method: str, target: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """Return the status and the body of an answer, parsed if it is JSON."""

    def refuse(request: Any) -> Any:
        raise AssertionError("no streams here")

    transport = LocalTransport(cluster.server, lambda: refuse(None), refuse, lambda: 0.0)
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"accept": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    message = HttpRequest(method, target, given, content)
    try:
        answer = exchange.answer(transport, cluster.server, message, OWNER)
    except StatusError as error:
        answer = exchange.answer_error(cluster.server, message, error)
    text = b"".join(answer.parts).decode()
    return answer.status, json.loads(text) if text.startswith("{") else text


@pytest.mark.parametrize(
    ("method", "target", "body", "code", "message"),
    [
        ("DELETE", "/api/v1/configmaps", None, 405, NOT_ALLOWED),
        ("POST", "/api/v1/configmaps", {}, 405, NOT_ALLOWED),
        ("GET", "/api/v1/configmaps/m", None, 404, NOT_SERVED),
        ("GET", "/api/v1/namespaces/default/nodes", None, 404, NOT_SERVED),
        ("POST", "/api/v1/bindings", {}, 404, NOT_SERVED),
        ("POST", "/api/v1/watch/configmaps", {}, 405, NOT_ALLOWED),
        ("GET", f"/api/v1/watch{PODS[7:]}/p/log", None, 404, NOT_SERVED),
        ("GET", f"{MAPS}/m/status", None, 404, NOT_SERVED),
        ("GET", f"{MAPS}/m?export=true", None, 400, "the export parameter, deprecated since v1.14, is no longer supported"),
        ("GET", f"{MAPS}/a%25b", None, 400, 'Name parameter invalid: "a%b": may not contain \'%\''),
        ("GET", f"{MAPS}?continue=x&resourceVersion=5", None, 400, "specifying resource version is not allowed when using continue"),
        ("POST", f"{MAPS}?dryRun=All&dryRun=x", {}, 422,
            'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"All", "x"}: supported values: "All"'),
        ("POST", f"{MAPS}?dryRun=", {}, 422, 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{""}: supported values: "All"'),
        ("PUT", f"{MAPS}/m", {"metadata": {}}, 400, NAMELESS.format("m")),
        ("PUT", f"{MAPS}/nope", {"metadata": {"name": "nope"}}, 404, 'configmaps "nope" not found'),
        ("DELETE", f"{MAPS}?resourceVersionMatch=Exact", None, 422,
            'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden '
            'unless resourceVersion is provided'),
        ("DELETE", f"{MAPS}?labelSelector=none&propagationPolicy=x", None, 422,
            'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "x": supported values: '
            '"Foreground", "Background", "Orphan", "nil"'),
        ("DELETE", f"{MAPS}/m", {"propagationPolicy": "Orphan", "orphanDependents": True}, 422,
            'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": orphanDependents and '
            'deletionPropagation cannot be both set'),
        ("PUT", f"{DEPLOYMENTS}/d/scale", {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}}, 400,
            'Deployment in version "v1" cannot be handled as a Scale: converting (v1.Deployment) to (autoscaling.Scale): '
            'unknown conversion'),
        ("PUT", f"{DEPLOYMENTS}/d/scale", {"spec": {"replicas": 1}}, 400, NAMELESS.format("d")),
        ("PUT", f"{DEPLOYMENTS}/d/scale", {"metadata": {"name": "d", "namespace": "x"}}, 400, OTHER_NAMESPACE),
        ("PUT", f"{DEPLOYMENTS}/d/scale?fieldValidation=Strict", {"metadata": {"name": "d"}, "x": 1}, 400,
            'Scale in version "v1" cannot be handled as a Scale: strict decoding error: unknown field "x"'),
        ("POST", f"{PODS}/p/eviction", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}, 400,
            'Pod in version "v1" cannot be handled as a Eviction: converting (v1.Pod) to (policy.Eviction): unknown '
            'conversion'),
        ("POST", f"{PODS}/p/eviction", {"metadata": {"name": "p", "namespace": "x"}}, 400, OTHER_NAMESPACE),
        ("POST", f"{PODS}/p/binding", {"metadata": {"name": "x"}, "target": {"name": "n"}}, 400, "name in URL does not match name in Binding object"),
        ("POST", f"{ACCOUNTS}/default/token", {"metadata": {"name": "x"}}, 422,
            'TokenRequest.authentication.k8s.io "default" is invalid: metadata.name: Invalid value: "x": must match the '
            'service account name if specified'),
        ("PUT", f"{PODS}/p/ephemeralcontainers", {"metadata": {"name": "x"}}, 400, "the name of the object (x) does not match the name on the URL (p)"),
        ("POST", f"{PODS}/p/log", {}, 405, NOT_ALLOWED),
        ("DELETE", f"{PODS}/p/exec", None, 405, NOT_ALLOWED),
        ("PUT", "/api/v1/namespaces/default/finalize", {"metadata": {"name": "default"}, "spec": {"finalizers": ["x"]}}, 422,
            'Namespace "default" is invalid: spec.finalizers: Invalid value: "x": name is neither a standard finalizer '
            'name nor is it fully qualified'),
        ("GET", f"{PODS}/p/exec?command=ls&dryRun=All", None, 400, "dryRun is not supported"),
        ("GET", f"{PODS}/p/exec?command=ls", None, 400, "Upgrade request required"),
    ],
)  # fmt: skip
def test_refusals(surface: Cluster, method: str, target: str, body: Any, code: int, message: str) -> None:
    status, answer = ask(surface, method, target, body)
    assert (status, answer["message"], answer["code"]) == (code, message, code)
    assert surface.get("configmaps", "m")
    assert surface.get("deployments", "d")["spec"]["replicas"] == 3


def test_what_is_in_no_group_of_this_server_is_no_page(cluster: Cluster) -> None:
    assert ask(cluster, "GET", "/apis/nope.example.com/v1/widgets") == (404, "404 page not found\n")
    status, answer = ask(cluster, "GET", "/apis/apps/v2/deployments")
    assert (status, answer["details"]) == (404, {})


@pytest.mark.parametrize("plural", ["limitranges", "endpoints"])
def test_some_kinds_are_created_by_an_update(cluster: Cluster, plural: str) -> None:
    path = f"/api/v1/namespaces/default/{plural}/x"
    status, made = ask(cluster, "PUT", path, {"metadata": {"name": "x"}})
    assert (status, made["metadata"]["name"]) == (201, "x")
    assert ask(cluster, "PUT", path, {"metadata": {"name": "x", "labels": {"a": "b"}}})[0] == 200


def test_a_single_object_is_not_watched_by_its_path(surface: Cluster) -> None:
    assert ask(surface, "GET", f"{MAPS}/m?watch=true")[1]["kind"] == "ConfigMap"


def test_the_first_of_a_parameter_counts(surface: Cluster) -> None:
    assert len(ask(surface, "GET", f"{MAPS}?labelSelector=n&labelSelector=none")[1]["items"]) == 1


def test_a_body_is_all_that_a_deletion_looks_at(surface: Cluster) -> None:
    assert ask(surface, "DELETE", f"{MAPS}/m?dryRun=All")[0] == 200
    assert surface.get("configmaps", "m")
    assert ask(surface, "DELETE", f"{MAPS}/m?dryRun=All", {"gracePeriodSeconds": 0})[0] == 200
    assert ask(surface, "GET", f"{MAPS}/m")[0] == 404


def test_what_will_be_deleted_later_is_accepted(surface: Cluster) -> None:
    surface.patch("configmaps", "m", {"metadata": {"finalizers": ["a/b"]}})
    status, left = ask(surface, "DELETE", f"{MAPS}/m?orphanDependents=false")
    assert (status, left["metadata"]["finalizers"]) == (202, ["a/b"])


def test_a_write_answers_with_a_table_too(surface: Cluster) -> None:
    status, table = ask(surface, "POST", MAPS, {"metadata": {"name": "new"}}, accept=TABLE)
    assert (status, table["kind"], table["rows"][0]["cells"][:2]) == (201, "Table", ["new", 0])


@pytest.mark.parametrize("validation", ["Warn", "Strict"])
def test_fields_that_are_given_twice(surface: Cluster, validation: str) -> None:
    body = b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"twice"},"data":{"a":"1","a":"2"}}'
    message = HttpRequest("POST", f"{MAPS}?fieldValidation={validation}", {}, body)
    if validation == "Strict":
        assert ask(surface, "POST", message.target, body)[1]["message"].endswith(
            'strict decoding error: duplicate field "data.a"'
        )
        return
    request = surface.server.parse(message)
    assert request is not None
    assert surface.server.handle(request).warnings == ('duplicate field "data.a"',)


@pytest.mark.parametrize("field", ["kind", "apiVersion"])
def test_a_patch_makes_nothing_of_another_kind(surface: Cluster, field: str) -> None:
    status, answer = ask(surface, "PATCH", f"{MAPS}/m", {field: "Pod"}, content_type=MERGE_PATCH)
    assert (status, answer["reason"]) == (422, "Invalid")
    assert answer["message"].startswith(' "" is invalid: patch: Invalid value: ')


def test_a_scale_is_of_exactly_that_object(surface: Cluster) -> None:
    status, answer = ask(
        surface, "PUT", f"{DEPLOYMENTS}/d/scale", {"metadata": {"name": "d", "uid": "x"}, "spec": {"replicas": 1}}
    )
    assert (status, answer["reason"]) == (409, "Conflict")


def test_a_list_that_cannot_go_on_says_how_it_can(surface: Cluster) -> None:
    surface.create("configmaps", {"metadata": {"name": "z"}})
    token = ask(surface, "GET", f"{MAPS}?limit=1")[1]["metadata"]["continue"]
    for number in range(3):
        surface.patch("configmaps", "z", {"data": {"a": str(number)}})
    surface.server.store.compact(surface.server.store.current_revision())
    status, answer = ask(surface, "GET", f"{MAPS}?limit=1&continue={token}")
    assert (status, answer["reason"]) == (410, "Expired")
    rest = ask(surface, "GET", f"{MAPS}?continue={answer['metadata']['continue']}")[1]
    assert [item["metadata"]["name"] for item in rest["items"]] == ["z"]


CUSTOM = "/apis/example.com/v1/namespaces/default/widgets"


@pytest.fixture
def widgets(cluster: Cluster) -> Cluster:
    """A cluster with a custom resource."""
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object"}}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema, "subresources": {"status": {}}}
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"}
    spec = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    assert ask(cluster, "POST", definitions, {"metadata": {"name": "widgets.example.com"}, "spec": spec})[0] == 201
    assert ask(cluster, "POST", CUSTOM, make_widget())[0] == 201
    return cluster


def make_widget(**fields: Any) -> Object:
    return {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, **fields}


@pytest.mark.parametrize(
    ("method", "target", "body", "code", "message"),
    [
        ("POST", CUSTOM, make_widget(kind="Gadget"), 422, 'Gadget.example.com "w" is invalid: kind: Invalid value: "Gadget": must be Widget'),
        ("POST", CUSTOM, make_widget(apiVersion="v1"), 400, "the API version in the data (v1) does not match the expected API version (example.com/v1)"),
        ("POST", CUSTOM, {"metadata": {"name": "x"}}, 400, "the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing in "
            "'{\"metadata\":{\"name\":\"x\"}}'"),
        ("PUT", f"{CUSTOM}/w", make_widget(), 422, 'widgets.example.com "w" is invalid: metadata.resourceVersion: Invalid value: 0x0: '
            "must be specified for an update"),
        ("GET", f"{CUSTOM}/w/nope", None, 404, 'widgets.example.com "w" not found'),
        ("POST", f"{CUSTOM}/w/status", make_widget(), 405, 'create is not supported on resources of kind "widgets.example.com"'),
    ],
    ids=["another kind", "another version", "no kind", "no version to replace", "no such subresource", "no such verb"],
)  # fmt: skip
def test_refusals_about_custom_resources(
    widgets: Cluster, method: str, target: str, body: Any, code: int, message: str
) -> None:
    status, answer = ask(widgets, method, target, body)
    assert (status, answer["message"]) == (code, message)


@pytest.mark.parametrize(
    "target", ["/apis/example.com/v1/widgets/w", "/apis/example.com/v2/widgets", "/apis/example.com/v1/gadgets"]
)
def test_paths_of_custom_resources_at_which_nothing_is(widgets: Cluster, target: str) -> None:
    assert ask(widgets, "GET", target) == (404, "404 page not found\n")
    assert ask(widgets, "DELETE", "/apis/example.com/v1/widgets") == (404, "404 page not found\n")


def test_an_object_is_replaced_in_the_version_that_was_read(widgets: Cluster) -> None:
    read = ask(widgets, "GET", f"{CUSTOM}/w")[1]
    assert ask(widgets, "PUT", f"{CUSTOM}/w", {**read, "spec": {}})[0] == 200
    assert ask(widgets, "PUT", f"{CUSTOM}/w", {**read, "spec": {"a": 1}})[0] == 409
